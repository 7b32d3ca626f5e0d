package dev.tailrace.netstack.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Sweeps over seeds of [StressRun]: 2,000 of them, `-Dsim.runs=20000` more, `-Dsim.from=N` from another
/// first one on, and `-Dsim.seed=N` only that one. A failure tells its seed and where the frames were
/// written.
class StressSimTest {
    private static final int DEFAULT_RUNS = 2_000;
    private static final int MOST_FAILURES = 10;

    @Test
    void shouldComeToTheRightEndWhateverHappens() {
        final List<AssertionError> failures = new ArrayList<>();
        seeds().takeWhile(seed -> failures.size() < MOST_FAILURES).forEach(seed -> {
            try {
                new StressRun(seed).run();
            } catch (final AssertionError e) {
                failures.add(e);
            }
        });
        if (!failures.isEmpty()) {
            final AssertionError first = new AssertionError(failures.size() + " seeds failed", failures.getFirst());
            failures.forEach(first::addSuppressed);
            throw first;
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void shouldLeaveTheSameTraceForTheSameSeed(final long seed) {
        final long hash = new StressRun(seed).run();
        assertEquals(hash, new StressRun(seed).run());
        assertNotEquals(hash, new StressRun(seed + 1_000_000).run());
    }

    private static LongStream seeds() {
        final Long only = Long.getLong("sim.seed");
        if (only != null) {
            return LongStream.of(only);
        }
        final long from = Long.getLong("sim.from", 1);
        return LongStream.range(from, from + Long.getLong("sim.runs", DEFAULT_RUNS));
    }
}
