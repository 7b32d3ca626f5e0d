package dev.tailrace.netstack.tcp;

/// The retransmission time-out of RFC 6298, with Linux's floor of 200 ms and a ceiling of 60 s.
final class RetransmissionTimer {
    static final long MIN_NS = 200_000_000L;
    static final long MAX_NS = 60_000_000_000L;
    static final long INITIAL_NS = 1_000_000_000L;

    /// Least time for a round trip: a guest's processor may be busy.
    private static final long MIN_ROUND_TRIP_NS = 2_000_000L;

    private long smoothedNs;
    private long variationNs;
    private long timeoutNs = INITIAL_NS;
    private boolean isTiming;
    private int timedSequence;
    private long timedAtNs;

    /// The time to wait for an acknowledgement now, with back-off.
    long timeoutNs() {
        return timeoutNs;
    }

    /// Longer than a round trip takes, short of [#timeoutNs]; without a sample the same.
    long roundTripLimitNs() {
        final long usualNs = Math.max(2 * smoothedNs, smoothedNs + 4 * variationNs);
        return smoothedNs == 0 ? timeoutNs : Math.clamp(usualNs, MIN_ROUND_TRIP_NS, MAX_NS);
    }

    /// The smoothed round trip, or 0 before the first sample.
    long smoothedNs() {
        return smoothedNs;
    }

    /// The smoothed deviation of round trips.
    long variationNs() {
        return variationNs;
    }

    /// Starts to time the segment that ends at `endSequence`, unless one is timed already.
    void sent(final int endSequence, final long nowNs) {
        if (!isTiming) {
            isTiming = true;
            timedSequence = endSequence;
            timedAtNs = nowNs;
        }
    }

    /// Karn's rule: an acknowledgement after a retransmission tells nothing.
    void retransmitted() {
        isTiming = false;
    }

    /// Takes the sample that an acknowledgement of new data may complete, and ends the back-off.
    void acknowledged(final int acknowledgement, final long nowNs) {
        if (isTiming && acknowledgement - timedSequence >= 0) {
            isTiming = false;
            sample(nowNs - timedAtNs);
        }
        if (smoothedNs != 0) {
            timeoutNs = Math.clamp(smoothedNs + 4 * variationNs, MIN_NS, MAX_NS);
        }
    }

    void backOff() {
        timeoutNs = Math.min(timeoutNs * 2, MAX_NS);
    }

    private void sample(final long measuredNs) {
        final long roundTripNs = Math.max(measuredNs, 1);
        if (smoothedNs == 0) {
            smoothedNs = roundTripNs;
            variationNs = roundTripNs / 2;
        } else {
            variationNs += (Math.abs(smoothedNs - roundTripNs) - variationNs) / 4;
            smoothedNs += (roundTripNs - smoothedNs) / 8;
        }
    }
}
