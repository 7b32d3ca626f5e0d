package dev.tailrace.bench;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;

/// Benchmarks look alike.
final class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.tailrace.bench");

    /// The root, the machine, and what the product decided against.
    private static final Set<String> OF_NO_PRODUCT_PACKAGE = Set.of("bench", "baseline", "binding");

    @Test
    void shouldCallBenchmarksSo() {
        methods()
                .that()
                .areAnnotatedWith(Benchmark.class)
                .should()
                .beDeclaredInClassesThat()
                .haveSimpleNameEndingWith("Benchmark")
                .check(CLASSES);
    }

    @Test
    void shouldRunAllWithTheSameSettings() {
        methods()
                .that()
                .areAnnotatedWith(Benchmark.class)
                .should()
                .beDeclaredInClassesThat()
                .areAssignableTo(BenchmarkDefaults.class)
                .andShould()
                .beDeclaredInClassesThat()
                .areNotAnnotatedWith(Fork.class)
                .check(CLASSES);
    }

    @Test
    void shouldCallPackagesAsTheProductDoes() {
        final Set<String> names = new TreeSet<>(OF_NO_PRODUCT_PACKAGE);
        for (final JavaClass type : new ClassFileImporter()
                .importPackages("dev.tailrace.netstack", "dev.tailrace.tapio", "dev.tailrace.runtime")) {
            names.add(lastName(type.getPackageName()));
        }
        final Set<String> others = new TreeSet<>();
        for (final JavaClass type : CLASSES) {
            final String packageName = type.getPackageName();
            if (!packageName.endsWith(".jmh_generated") && !names.contains(lastName(packageName))) {
                others.add(packageName);
            }
        }
        assertEquals(Set.of(), others, "packages that the product does not have");
    }

    private static String lastName(final String packageName) {
        return packageName.substring(packageName.lastIndexOf('.') + 1);
    }

    @Test
    void shouldMarkEveryPackage() {
        final Set<String> unmarked = new TreeSet<>();
        for (final JavaClass type : CLASSES) {
            if (!type.getPackageName().endsWith(".jmh_generated")
                    && !type.getPackage().isAnnotatedWith(NullMarked.class)) {
                unmarked.add(type.getPackageName());
            }
        }
        assertEquals(Set.of(), unmarked, "packages without @NullMarked in package-info.java");
    }
}
