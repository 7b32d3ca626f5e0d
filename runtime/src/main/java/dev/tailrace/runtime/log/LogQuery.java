package dev.tailrace.runtime.log;

import java.time.Instant;
import java.util.Optional;

/// Which entries are asked for.
///
/// @param tail entries from the end; -1 for all
/// @param follow whether to wait for more until the process has ended
public record LogQuery(
        boolean stdout, boolean stderr, Optional<Instant> since, Optional<Instant> until, long tail, boolean follow) {
    /// Everything that is there.
    public static final LogQuery ALL = new LogQuery(true, true, Optional.empty(), Optional.empty(), -1, false);

    boolean wants(final LogEntry entry) {
        return (entry.stream() == LogStream.STDOUT ? stdout : stderr)
                && since.map(first -> !entry.time().isBefore(first)).orElse(true);
    }

    boolean isBehind(final Instant time) {
        return until.map(time::isAfter).orElse(false);
    }
}
