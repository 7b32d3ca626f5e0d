package dev.tailrace.runtime.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/// The first process of a container whose engine was killed. The kernel kills it with the engine, unless it has
/// executed a program with privileges of its own (prctl(2), PR_SET_PDEATHSIG).
final class LeftoverProcess {
    /// The clock of the machine may have been set since.
    private static final Duration SAME = Duration.ofSeconds(2);

    private static final long PATIENCE_S = 5;

    private LeftoverProcess() {}

    /// When a process began.
    static Optional<Instant> start(final int pid) {
        return ProcessHandle.of(pid).flatMap(process -> process.info().startInstant());
    }

    /// Ends it.
    ///
    /// @return whether it is gone
    static boolean end(final int pid, final Instant start) {
        final Optional<ProcessHandle> found = ProcessHandle.of(pid)
                .filter(process -> process.info()
                        .startInstant()
                        .map(began -> Duration.between(start, began).abs().compareTo(SAME) < 0)
                        .orElse(false));
        if (found.isEmpty()) {
            return true;
        }
        found.get().destroyForcibly();
        try {
            found.get().onExit().orTimeout(PATIENCE_S, TimeUnit.SECONDS).join();
            return true;
        } catch (final CompletionException e) {
            return false;
        }
    }
}
