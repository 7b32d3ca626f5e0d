package dev.tailrace.perf.result;

import dev.tailrace.perf.matrix.Cell;
import java.util.Arrays;
import java.util.Optional;

/// A quantity of a sample. The key is the name in JSON and says the unit.
public enum Metric {
    /// Payload that the receiver got, bit/s, all streams together. Of round trips: what the stream beside them carried.
    GOODPUT("goodputBitsPerSecond", "throughput", true),
    /// User and system time of the backend for each GiB of payload, s/GiB.
    CPU_PER_GIB("cpuSecondsPerGib", "CPU per GiB", false),
    /// Requests that were answered, 1/s, by a client that sends the next as soon as it has the answer.
    TRANSACTIONS("transactionsPerSecond", "transactions", true),
    /// Half of these answers came within this time after their request, us.
    ROUND_TRIP_P50("roundTripP50Micros", "round trip p50", false),
    /// The same of requests at a fixed rate, us: without what the client waits before it can send.
    PACED_ROUND_TRIP_P50("pacedRoundTripP50Micros", "paced round trip p50", false),
    /// User and system time of the backend for each transaction, us.
    CPU_PER_TRANSACTION("cpuMicrosPerTransaction", "CPU per transaction", false),
    /// Half of the answers came within this time after the moment they should have been asked for, us.
    P50("p50Micros", "p50", false),
    /// 99 % of the answers, us.
    P99("p99Micros", "p99", false),
    /// Segments that the sender's kernel sent again.
    RETRANSMITS("retransmits", "retransmits", false),
    /// Mean round trip that the sender's kernel saw, us.
    ROUND_TRIP("roundTripMicros", "round trip", false),
    /// Datagrams that did not arrive, 0 to 1.
    LOST("lostFraction", "lost", false),
    /// Datagrams that arrived, 1/s.
    DATAGRAMS("datagramsPerSecond", "datagrams", true),
    /// Half of the operations took at most this, ms.
    MEDIAN_TIME("medianMillis", "median time", false),
    /// 90 % of the operations, ms.
    TAIL_TIME("p90Millis", "p90 time", false),
    /// Most memory that the backend has had resident so far, bytes.
    RESIDENT("peakResidentBytes", "peak memory", false);

    private final String key;
    private final String title;
    private final boolean larger;

    Metric(final String key, final String title, final boolean larger) {
        this.key = key;
        this.title = title;
        this.larger = larger;
    }

    public String key() {
        return key;
    }

    /// For people.
    public String title() {
        return title;
    }

    /// Whether more of it is better.
    public boolean isLargerBetter() {
        return larger;
    }

    /// What every turn in a cell has, and what is shown first: a rate of traffic, the time of an operation. Where the
    /// length of datagrams is given, their number says more than their bytes.
    public static Metric primary(final Cell cell) {
        if (cell.operation().isPresent()) {
            return MEDIAN_TIME;
        }
        if (cell.lengthBytes() != 0) {
            return DATAGRAMS;
        }
        return cell.protocol().isBulk() ? GOODPUT : TRANSACTIONS;
    }

    public static Optional<Metric> ofKey(final String key) {
        return Arrays.stream(values()).filter(each -> each.key.equals(key)).findFirst();
    }
}
