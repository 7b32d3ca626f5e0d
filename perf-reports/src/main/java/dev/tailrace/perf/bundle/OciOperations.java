package dev.tailrace.perf.bundle;

import dev.tailrace.perf.lab.LabException;
import dev.tailrace.perf.lab.Namespace;
import dev.tailrace.perf.lab.Programs;
import dev.tailrace.perf.matrix.Operation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The operations that a runtime of the OCI can do alone, on bundles of the same root directory.
public final class OciOperations implements AutoCloseable {
    private static final Duration ALLOWED = Duration.ofSeconds(60);
    private static final String HELD = "held";
    private static final String READY = "ready";
    private static final List<String> HOLD = List.of("/bin/sh", "-c", "echo " + READY + "; exec sleep 1000000");

    private final List<String> runtime;
    private final Path directory;
    private final Path root;
    private final FreshRoot fresh;
    private Optional<Process> held = Optional.empty();
    private int count;

    /// @param runtime the program with its options
    /// @param directory of this one, which is made
    /// @param fresh where containers are made that are written to
    public OciOperations(final List<String> runtime, final Path directory, final TestRoot root, final FreshRoot fresh) {
        this.runtime = List.copyOf(runtime);
        this.directory = directory;
        this.root = root.directory();
        this.fresh = fresh;
    }

    /// Does it once.
    ///
    /// @return its time, ns
    public long perform(final Operation operation) {
        return switch (operation) {
            case START, FIRST_OUTPUT -> start(operation == Operation.START);
            case EXEC -> execute();
            case STOP -> stop();
            case DOCKER_RUN -> Timed.run(run("true", List.of("/bin/true")));
            case FIRST_WRITE -> inside(TestRoot.WRITE);
            case SMALL_FILES -> inside(TestRoot.MAKE_FILES);
            case REMOVE, OWN_RUN, LOAD -> throw new LabException("a runtime does not " + operation.title());
        };
    }

    private long start(final boolean isToExec) {
        return clock(run("clock", List.of(TestRoot.CLOCK)), isToExec);
    }

    private long execute() {
        hold(root);
        final List<String> command = new ArrayList<>(runtime(List.of("exec", HELD)));
        command.add(TestRoot.CLOCK);
        return clock(command, true);
    }

    private static long clock(final List<String> command, final boolean isToExec) {
        final long fromNs = System.nanoTime();
        final Process process = Programs.start(new ProcessBuilder(command).redirectErrorStream(true));
        try {
            final byte[] output = process.getInputStream().readNBytes(ClockProgram.OUTPUT_BYTES);
            final long hereNs = System.nanoTime();
            final Programs.Ending ending = Programs.await(process, command.getFirst(), ALLOWED);
            if (ending.status() != 0) {
                throw new LabException("%s: exit status %d: %s%s"
                        .formatted(
                                String.join(" ", command),
                                ending.status(),
                                new String(output, StandardCharsets.UTF_8),
                                Programs.quote(ending.text())));
            }
            return ClockProgram.elapsedNs(fromNs, output, hereNs, isToExec);
        } catch (IOException failure) {
            process.destroyForcibly();
            throw new LabException("reading what " + command.getFirst() + " says", failure);
        }
    }

    /// It ends when its container has ended and is removed.
    private long stop() {
        final Process process = hold(root);
        held = Optional.empty();
        final long fromNs = System.nanoTime();
        Programs.run(runtime(List.of("kill", HELD, "KILL")), ALLOWED);
        await(process);
        return System.nanoTime() - fromNs;
    }

    private long inside(final String script) {
        release();
        hold(fresh.make());
        final List<String> command = new ArrayList<>(runtime(List.of("exec", HELD)));
        command.addAll(List.of("/bin/sh", "-c", script));
        final long time = Timed.run(command);
        release();
        fresh.remove();
        return time;
    }

    private List<String> run(final String bundle, final List<String> program) {
        final Path place = directory.resolve(bundle);
        if (!Files.exists(place)) {
            Bundle.make(place, root, program);
        }
        count++;
        return runtime(List.of("run", "--bundle", place.toString(), bundle + count));
    }

    private List<String> runtime(final List<String> arguments) {
        final List<String> command = new ArrayList<>(runtime);
        command.addAll(arguments);
        return command;
    }

    /// A container that waits; the process is the runtime's.
    private Process hold(final Path files) {
        if (held.isEmpty()) {
            final Path place = Bundle.make(directory.resolve(HELD), files, HOLD);
            final Process process =
                    Programs.start(new ProcessBuilder(runtime(List.of("run", "--bundle", place.toString(), HELD)))
                            .redirectErrorStream(true));
            Namespace.awaitLine(process, READY, "starting a container by " + runtime.getFirst());
            held = Optional.of(process);
        }
        return held.get();
    }

    private void release() {
        if (held.isPresent()) {
            final Process process = held.get();
            held = Optional.empty();
            Programs.run(runtime(List.of("kill", HELD, "KILL")), ALLOWED);
            await(process);
        }
    }

    private static void await(final Process process) {
        try {
            process.waitFor();
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            throw new LabException("waiting for the end of a container", interruption);
        }
    }

    @Override
    public void close() {
        release();
    }
}
