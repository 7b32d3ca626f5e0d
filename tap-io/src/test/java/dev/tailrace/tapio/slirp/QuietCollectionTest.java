package dev.tailrace.tapio.slirp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.status.Counters;
import org.junit.jupiter.api.Test;

final class QuietCollectionTest {
    private static final long QUIET_NS = QuietCollection.QUIET_NS;

    private final Counters counters = new Counters();
    private int collections;
    private final QuietCollection collection = new QuietCollection(counters, 0, () -> collections++);

    @Test
    void shouldNotWakeTheLoopForFewFlows() {
        counters.add(Counter.UDP_FLOWS_EXPIRED, QuietCollection.FLOWS - 1);
        assertEquals(Long.MAX_VALUE, collection.leftNs());
        collection.doWork(10 * QUIET_NS);
        assertEquals(0, collections);
    }

    @Test
    void shouldCollectOnceWhenNothingHappens() {
        counters.add(Counter.UDP_FLOWS_EXPIRED, QuietCollection.FLOWS / 2);
        counters.add(Counter.TCP_FLOWS_CLOSED, QuietCollection.FLOWS / 2);
        assertEquals(QUIET_NS, collection.leftNs());
        collection.doWork(QUIET_NS);
        assertEquals(1, collections);
        assertEquals(Long.MAX_VALUE, collection.leftNs());
        collection.doWork(10 * QUIET_NS);
        assertEquals(1, collections);
    }

    @Test
    void shouldNotHoldTrafficUp() {
        counters.add(Counter.TCP_FLOWS_CLOSED, 10 * QuietCollection.FLOWS);
        long nowNs = 0;
        for (int turn = 0; turn < 100; turn++) {
            nowNs += QUIET_NS - 1;
            collection.doWork(nowNs);
        }
        assertEquals(0, collections);
        collection.doWork(nowNs + QUIET_NS);
        assertEquals(1, collections);
    }
}
