package dev.tailrace.perf.backend;

import dev.tailrace.perf.lab.LabException;

/// The end of a process.
final class Ends {
    private Ends() {}

    /// Kills it and waits until it is gone.
    static void end(final Process process) {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            throw new LabException("waiting for the end of process " + process.pid(), interruption);
        }
    }
}
