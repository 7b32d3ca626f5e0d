package dev.tailrace.perf.bundle;

import dev.tailrace.perf.lab.Programs;
import java.time.Duration;
import java.util.List;

/// Programs whose time counts.
public final class Timed {
    private static final Duration ALLOWED = Duration.ofSeconds(60);

    private Timed() {}

    /// A program that must succeed, from its start to its end.
    ///
    /// @return its time, ns
    public static long run(final List<String> command) {
        final long fromNs = System.nanoTime();
        Programs.run(command, ALLOWED);
        return System.nanoTime() - fromNs;
    }
}
