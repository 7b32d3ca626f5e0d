package dev.tailrace.perf.walkthrough;

import dev.tailrace.perf.lab.LabException;
import dev.tailrace.perf.lab.Namespace;
import dev.tailrace.perf.lab.PosixProcess;
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
        greeting = Namespace.awaitLine(daemon, SERVING, "tailrace daemon --storage-driver " + driver);
    }

    /// What it said when it served.
    String greeting() {
        return greeting;
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
