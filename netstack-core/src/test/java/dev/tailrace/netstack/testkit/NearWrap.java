package dev.tailrace.netstack.testkit;

/// Finds the time at which to start a world so that the stack's initial sequence number is a wanted one. The number
/// grows by one each 4,096 ns of the clock, and depends on nothing else that differs between two runs of a seed.
public final class NearWrap {
    private static final long START_NS = 1_000_000_000L;
    private static final int TICK_SHIFT = 12;

    private NearWrap() {}

    /// @param initialSequenceAt starts a world at that time, and tells the initial sequence number that it came to see
    /// @return what the clock must show first
    public static long startNs(final int wanted, final StartedAt initialSequenceAt) {
        final int found = initialSequenceAt.initialSequence(START_NS);
        return START_NS + ((wanted - found & 0xffff_ffffL) << TICK_SHIFT);
    }

    /// A trial run.
    @FunctionalInterface
    public interface StartedAt {
        /// The stack's initial sequence number in a world that starts at `startNs`.
        int initialSequence(long startNs);
    }
}
