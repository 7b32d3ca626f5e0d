package dev.tailrace.runtime.api;

import dev.tailrace.runtime.build.Durations;
import dev.tailrace.runtime.engine.EngineException;
import dev.tailrace.runtime.engine.EngineException.Kind;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The filter `until` of what is pruned: a time, or how long ago, as `24h`.
final class PruneTime {
    private PruneTime() {}

    /// What is older than this goes; absent if age does not matter.
    static Optional<Instant> until(final Filters filters, final Instant now) {
        final List<String> values = filters.values("until");
        if (values.size() > 1) {
            throw new EngineException(Kind.INVALID, "more than one until filter specified");
        }
        if (values.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(now.minusNanos(Durations.ns(values.getFirst())));
        } catch (final IllegalArgumentException e) {
            return TimeText.parse(values.getFirst());
        }
    }
}
