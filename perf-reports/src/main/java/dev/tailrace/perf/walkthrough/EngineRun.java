package dev.tailrace.perf.walkthrough;

import dev.tailrace.perf.lab.LabException;
import dev.tailrace.perf.lab.PosixProcess;
import dev.tailrace.perf.lab.Programs;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/// One daemon of the user, with one storage driver.
final class EngineRun implements AutoCloseable {
    private static final int END_SECONDS = 30;
    private static final String SERVING = "serving";

    private final PosixProcess daemon;
    private final String greeting;

    /// Starts it and waits until it serves.
    EngineRun(final RootlessHost host, final String driver) {
        daemon = host.start("tailrace", "daemon", "--storage-driver", driver, "--data-root", "/run/home/" + driver);
        greeting = awaitServing(driver);
    }

    /// What it said when it served.
    String greeting() {
        return greeting;
    }

    private String awaitServing(final String driver) {
        final StringBuilder said = new StringBuilder();
        try {
            // Not closed: the daemon goes on writing there.
            final BufferedReader reader = daemon.inputReader();
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                said.append(line).append('\n');
                if (line.contains(SERVING)) {
                    return line;
                }
            }
        } catch (IOException failure) {
            throw new LabException("reading what the daemon says", failure);
        }
        throw new LabException("tailrace daemon --storage-driver " + driver + ": " + Programs.quote(said.toString()));
    }

    /// Ends it as a user would; it stops its containers.
    @Override
    public void close() {
        daemon.destroy();
        try {
            if (!daemon.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                daemon.destroyForcibly();
                throw new LabException("the daemon did not end within " + END_SECONDS + " s");
            }
        } catch (InterruptedException interruption) {
            daemon.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
