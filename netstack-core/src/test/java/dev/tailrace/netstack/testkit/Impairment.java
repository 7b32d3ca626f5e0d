package dev.tailrace.netstack.testkit;

/// Faults of one direction of a link. Shares are per 1,000 frames.
///
/// @param latencyNs of every frame
/// @param jitterNs largest addition to it; frames stay in order but for `reorder`
/// @param bitsPerSecond serialisation, or 0 for none
/// @param loss share of frames lost
/// @param duplicate share of frames that arrive twice
/// @param reorder share of frames that arrive late by up to four latencies, behind others
public record Impairment(long latencyNs, long jitterNs, long bitsPerSecond, int loss, int duplicate, int reorder) {
    /// A TAP: nothing is lost on it.
    public static final Impairment NONE = new Impairment(5_000, 0, 0, 0, 0, 0);

    /// The same with faults.
    public Impairment with(final int lossShare, final int duplicateShare, final int reorderShare) {
        return new Impairment(latencyNs, jitterNs, bitsPerSecond, lossShare, duplicateShare, reorderShare);
    }

    /// The same with other times.
    public Impairment timed(final long latency, final long jitter, final long rate) {
        return new Impairment(latency, jitter, rate, loss, duplicate, reorder);
    }
}
