package dev.tailrace.runtime;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/// The engine reaches Linux and Netty through the layers below.
final class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.tailrace.runtime");

    @Test
    void shouldLeaveNativeCodeToTheLayerBelow() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.lang.foreign..")
                .check(CLASSES);
    }

    @Test
    void shouldUseNettyInTheApiAndTheRelayOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.tailrace.runtime.api..", "dev.tailrace.runtime.relay..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.netty..")
                .check(CLASSES);
    }

    @Test
    void shouldKeepTheCommandLineOnTop() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.tailrace.runtime.cli..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.tailrace.runtime.cli..")
                .check(CLASSES);
    }

    @Test
    void shouldHaveNoCyclesBetweenPackages() {
        slices().matching("dev.tailrace.runtime.(*)..")
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }

    @Test
    void shouldMarkEveryPackage() {
        final Set<String> unmarked = new TreeSet<>();
        for (final JavaClass type : CLASSES) {
            if (!type.getPackage().isAnnotatedWith(NullMarked.class)) {
                unmarked.add(type.getPackageName());
            }
        }
        assertEquals(Set.of(), unmarked, "packages without @NullMarked in package-info.java");
    }
}
