package dev.tailrace.perf;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

final class ArchitectureTest {
    private final JavaClasses classes = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.tailrace.perf");

    @Test
    void shouldKnowTheProductOnlyFromOutside() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.tailrace.netstack..", "dev.tailrace.tapio..", "dev.tailrace.runtime..")
                .check(classes);
    }

    @Test
    void shouldHaveNoCyclesOfPackages() {
        slices().matching("dev.tailrace.perf.(*)..").should().beFreeOfCycles().check(classes);
    }

    @Test
    void shouldKeepValuesFreeOfProcessesAndFiles() {
        noClasses()
                .that()
                .resideInAPackage("dev.tailrace.perf.model..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.io..", "java.nio..", "dev.tailrace.perf.lab..")
                .orShould()
                .dependOnClassesThat()
                .haveNameMatching("java\\.lang\\.Process.*")
                .check(classes);
    }
}
