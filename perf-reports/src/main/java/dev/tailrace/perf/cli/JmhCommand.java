package dev.tailrace.perf.cli;

import dev.tailrace.perf.harness.RunId;
import dev.tailrace.perf.jmh.AllocationGate;
import dev.tailrace.perf.jmh.JmhJar;
import dev.tailrace.perf.jmh.JmhResult;
import dev.tailrace.perf.lab.LabException;
import dev.tailrace.perf.store.IoReason;
import dev.tailrace.perf.store.ResultStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Runs the micro-benchmarks, keeps their JSON, and refuses allocation on the frame path.
@Command(
        name = "jmh",
        description = "Run the JMH suite; fail if a benchmark of the frame path allocates",
        mixinStandardHelpOptions = true)
final class JmhCommand implements Callable<Integer> {
    private static final List<String> QUICK = List.of("-f", "1", "-wi", "2", "-w", "500ms", "-i", "2", "-r", "500ms");

    @Option(names = "--quick", description = "One fork and short iterations: about two minutes, and rough")
    private boolean quick;

    @Option(names = "--jar", paramLabel = "FILE", description = "benchmarks.jar (that of the checkout)")
    private @Nullable Path jar;

    @Mixin
    private final ResultsOptions results = new ResultsOptions();

    @Parameters(paramLabel = "ARGUMENT", description = "For JMH, after --: regular expressions, -f, -wi, -i, -p ...")
    private List<String> arguments = new ArrayList<>();

    @Override
    public Integer call() throws InterruptedException {
        final JmhJar benchmarks = JmhJar.of(place());
        final List<String> free = benchmarks.allocationFree();
        if (ModuleLayer.boot().findModule("java.management").isEmpty()) {
            throw new LabException(
                    "JMH needs a JDK, and the image's own Java is less. Fix: ./tailrace bench jmh in a checkout");
        }
        final ResultStore store = results.store();
        store.requireRoom();
        final Path scratch = temporaryFile();
        try {
            final int status = run(benchmarks, scratch);
            if (status != 0) {
                throw new LabException("JMH ended with status " + status + "; the reason is above");
            }
            return judge(read(scratch), free, store);
        } finally {
            delete(scratch);
        }
    }

    private Path place() {
        if (jar != null) {
            return jar;
        }
        return Settings.checkout()
                .map(checkout ->
                        checkout.resolve("jmh-benchmarks").resolve("target").resolve("benchmarks.jar"))
                .orElseThrow(() -> new IllegalArgumentException("this is no checkout: name the jar with --jar"));
    }

    private int run(final JmhJar benchmarks, final Path json) throws InterruptedException {
        final List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--sun-misc-unsafe-memory-access=allow",
                "-jar",
                benchmarks.file().toString()));
        command.addAll(List.of("-prof", "gc", "-foe", "true", "-rf", "json", "-rff", json.toString()));
        if (quick) {
            command.addAll(QUICK);
        }
        command.addAll(arguments);
        try {
            return new ProcessBuilder(command).inheritIO().start().waitFor();
        } catch (IOException failure) {
            throw new LabException("starting " + command.getFirst() + ": " + IoReason.of(failure));
        }
    }

    private static int judge(final String json, final List<String> free, final ResultStore store) {
        final List<JmhResult> all = JmhResult.parse(json);
        if (all.isEmpty()) {
            throw new LabException("no benchmark ran: none matches the arguments");
        }
        final Path kept = store.keepText("jmh", RunId.of(Instant.now(), Settings.commit(), "jmh"), json);
        final List<String> violations = AllocationGate.violations(all, free);
        violations.forEach(System.out::println);
        System.out.printf(
                Locale.ROOT,
                "%d benchmarks ran, %d of the frame path allocate; kept as %s%n",
                all.size(),
                violations.size(),
                kept);
        return violations.isEmpty() ? ExitCode.OK : ExitCode.REGRESSED;
    }

    private static Path temporaryFile() {
        try {
            return Files.createTempFile("tailrace-jmh", ".json");
        } catch (IOException failure) {
            throw new LabException("making a temporary file: " + IoReason.of(failure));
        }
    }

    private static String read(final Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failure) {
            throw new LabException("reading %s: %s".formatted(file, IoReason.of(failure)));
        }
    }

    private static void delete(final Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException failure) {
            System.err.printf("tailrace bench jmh: deleting %s: %s%n", file, IoReason.of(failure));
        }
    }
}
