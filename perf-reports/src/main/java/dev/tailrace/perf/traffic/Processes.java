package dev.tailrace.perf.traffic;

import dev.tailrace.perf.lab.LabException;
import dev.tailrace.perf.lab.Orphans;
import dev.tailrace.perf.lab.Programs;
import dev.tailrace.perf.lab.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The processes of one piece of traffic, which end with it.
final class Processes implements AutoCloseable {
    /// Of every piece of traffic, for [#killAll()].
    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

    private final List<Process> all = new ArrayList<>();

    Process start(final ProcessBuilder builder) {
        final Process process = Programs.start(builder);
        all.add(process);
        RUNNING.add(process);
        return process;
    }

    /// What a server is started for, with what helps when it cannot.
    static String listening(final Route route, final int stream) {
        final int port = route.serverPort() + stream;
        return "listening on %s port %d (ss -tulnp sport = :%d shows who has it)"
                .formatted(route.bindAddress(), port, port);
    }

    static void killAll() {
        RUNNING.forEach(Process::destroyForcibly);
    }

    /// Kills what still runs, and waits: the next traffic needs the ports.
    @Override
    public void close() {
        all.forEach(Process::destroyForcibly);
        all.forEach(RUNNING::remove);
        try {
            for (final Process process : all) {
                process.waitFor();
            }
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            throw new LabException("waiting for the ends of clients and servers", interruption);
        }
        Orphans.reap();
    }
}
