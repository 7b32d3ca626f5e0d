package dev.tailrace.netstack.testkit;

/// Time of a [SimWorld] in nanoseconds; moves only when told.
public final class VirtualClock {
    private long nowNs;

    /// @param startNs what the clock shows first; near `Long.MAX_VALUE` it shows comparisons that do not subtract
    public VirtualClock(final long startNs) {
        this.nowNs = startNs;
    }

    public long nowNs() {
        return nowNs;
    }

    /// Moves forward; never back.
    public void advanceTo(final long timeNs) {
        if (timeNs - nowNs < 0) {
            throw new AssertionError("the clock would go back from " + nowNs + " to " + timeNs);
        }
        nowNs = timeNs;
    }
}
