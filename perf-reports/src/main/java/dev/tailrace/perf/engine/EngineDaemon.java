package dev.tailrace.perf.engine;

import dev.tailrace.perf.lab.Deadline;
import dev.tailrace.perf.lab.Lab;
import dev.tailrace.perf.lab.LabException;
import dev.tailrace.perf.lab.Namespace;
import dev.tailrace.perf.lab.Programs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// An engine that runs, with a data root of its own that goes with it.
public final class EngineDaemon implements AutoCloseable {
    private static final Duration READY_WITHIN = Duration.ofSeconds(60);
    private static final long END_WITHIN_S = 30;
    private static final double NS_PER_MS = 1e6;

    /// The laboratory's one user under another number than root's: the daemon is for ordinary users.
    private static final List<String> ORDINARY =
            List.of("unshare", "--user", "--map-user=1000", "--map-group=1000", "--");

    private final Process process;
    private final EngineApi api;
    private final Path dataRoot;
    private final double readyMs;

    private EngineDaemon(final Process process, final EngineApi api, final Path dataRoot, final double readyMs) {
        this.process = process;
        this.api = api;
        this.dataRoot = dataRoot;
        this.readyMs = readyMs;
    }

    /// Starts one and waits until it serves.
    ///
    /// @param program `bin/tailrace` of an image of the product
    /// @param name of this one, for its files
    /// @param dataRoot where nothing is
    /// @param mtu of the containers' network, in bytes
    public static EngineDaemon start(
            final Lab lab,
            final Path program,
            final String name,
            final String driver,
            final Path dataRoot,
            final int mtu) {
        final String file = name.replaceAll("[^a-z0-9-]", "_");
        final Path socket = lab.socketFile(file);
        final Path log = lab.logFile(file);
        final List<String> command = new ArrayList<>(ORDINARY);
        command.addAll(List.of(program.toString(), "daemon", "--single-id", "--log-level", "warn"));
        command.addAll(List.of("--host", "unix://" + socket, "--data-root", dataRoot.toString()));
        command.addAll(List.of("--storage-driver", driver, "--mtu", "" + mtu));
        final long startNs = System.nanoTime();
        final Process process = Programs.start(new ProcessBuilder(command).redirectError(log.toFile()));
        try (Deadline deadline = new Deadline(process, READY_WITHIN)) {
            Namespace.awaitLine(process, "serving", "starting " + program + " daemon, which writes to " + log);
            final double readyMs = (System.nanoTime() - startNs) / NS_PER_MS;
            if (deadline.isExpired()) {
                throw new LabException(
                        "%s daemon did not serve within %d s".formatted(program, READY_WITHIN.toSeconds()));
            }
            return new EngineDaemon(process, new EngineApi(socket), dataRoot, readyMs);
        } catch (RuntimeException failure) {
            process.destroyForcibly();
            throw failure;
        }
    }

    public EngineApi api() {
        return api;
    }

    public Process process() {
        return process;
    }

    /// From its start until it said that it serves.
    public double readyMs() {
        return readyMs;
    }

    /// Asks it to end, which stops its containers, and removes its data. May be called again.
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(END_WITHIN_S, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                process.waitFor();
            }
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            throw new LabException("waiting for the end of the daemon", interruption);
        }
        Programs.run(List.of("rm", "-rf", "--", dataRoot.toString()), Duration.ofSeconds(END_WITHIN_S));
    }
}
