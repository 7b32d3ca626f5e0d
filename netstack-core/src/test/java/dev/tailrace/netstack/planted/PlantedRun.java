package dev.tailrace.netstack.planted;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/// Runs the tests that a patch names, on the code with its bug.
public final class PlantedRun {
    private final Launcher launcher = LauncherFactory.create();
    private final String packageName;

    /// What became of one test.
    ///
    /// @param test as the patch names it
    /// @param failure first line of why it failed, or empty when it passed
    public record Outcome(String test, String failure) {
        /// Whether the test found the bug.
        public boolean isFound() {
            return !failure.isEmpty();
        }

        /// A line of the table.
        public String line(final PlantedBug bug) {
            return "planted | " + bug + " | " + test + " | " + (isFound() ? "failed: " + failure : "PASSED");
        }
    }

    /// @param packageName below which the patches name their tests
    public PlantedRun(final String packageName) {
        this.packageName = packageName;
    }

    /// The tests that passed.
    public static List<String> blind(final List<Outcome> outcomes) {
        return outcomes.stream()
                .filter(outcome -> !outcome.isFound())
                .map(Outcome::test)
                .toList();
    }

    /// Plants the bug and runs its tests, one after another.
    public List<Outcome> run(final PlantedBug bug) {
        final Thread thread = Thread.currentThread();
        final ClassLoader usual = thread.getContextClassLoader();
        try (PlantedClasses classes = PlantedClasses.compile(bug)) {
            thread.setContextClassLoader(classes);
            final List<Outcome> outcomes = new ArrayList<>();
            for (final String test : bug.tests()) {
                outcomes.add(run(classes, test));
            }
            return outcomes;
        } catch (final IOException e) {
            throw new UncheckedIOException("cannot close the classes of " + bug, e);
        } finally {
            thread.setContextClassLoader(usual);
        }
    }

    private Outcome run(final ClassLoader classes, final String test) {
        final Method method = find(classes, test);
        final Failures failures = new Failures();
        launcher.execute(
                LauncherDiscoveryRequestBuilder.request()
                        .selectors(DiscoverySelectors.selectMethod(method.getDeclaringClass(), method))
                        .build(),
                failures);
        if (failures.finished == 0 && failures.first.isEmpty()) {
            throw new AssertionError(test + " was not run, or skipped");
        }
        return new Outcome(test, failures.first);
    }

    /// The method of that name, whatever its parameters.
    Method find(final ClassLoader classes, final String test) {
        final int hash = test.indexOf('#');
        try {
            final Class<?> owner = Class.forName(packageName + "." + test.substring(0, hash), false, classes);
            return Arrays.stream(owner.getDeclaredMethods())
                    .filter(method -> method.getName().equals(test.substring(hash + 1)))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("there is no test " + test));
        } catch (final ClassNotFoundException e) {
            throw new AssertionError("there is no test " + test, e);
        }
    }

    private static final class Failures implements TestExecutionListener {
        private int finished;
        private String first = "";

        @Override
        public void executionFinished(final TestIdentifier test, final TestExecutionResult result) {
            if (result.getStatus() == TestExecutionResult.Status.ABORTED) {
                return;
            }
            finished += test.isTest() ? 1 : 0;
            result.getThrowable().ifPresent(cause -> {
                if (first.isEmpty()) {
                    first = String.valueOf(cause).lines().findFirst().orElse("?");
                }
            });
        }
    }
}
