package dev.tailrace.netstack.ip;

/// How many ICMP errors may be sent: a token bucket (RFC 1812 section 4.3.2.8, RFC 4443 section 2.4 (f)).
final class IcmpRate {
    static final int RATE_PER_SECOND = 1000;
    static final int BURST = 200;

    private static final long NS_PER_TOKEN = 1_000_000_000L / RATE_PER_SECOND;
    private static final long FULL_BUCKET_NS = BURST * NS_PER_TOKEN;

    /// The bucket as time: an error costs [#NS_PER_TOKEN] of what has passed since `emptySinceNs`.
    private long emptySinceNs;

    private boolean hasStarted;

    /// Whether one more may be sent now.
    boolean take(final long nowNs) {
        if (!hasStarted || nowNs - emptySinceNs > FULL_BUCKET_NS) {
            emptySinceNs = nowNs - FULL_BUCKET_NS;
            hasStarted = true;
        }
        if (nowNs - emptySinceNs < NS_PER_TOKEN) {
            return false;
        }
        emptySinceNs += NS_PER_TOKEN;
        return true;
    }
}
