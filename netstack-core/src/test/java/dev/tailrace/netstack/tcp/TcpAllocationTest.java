package dev.tailrace.netstack.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.tailrace.netstack.status.Counter;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/// The duty cycle of an established flow allocates nothing, in either direction, with a host that takes all or not.
class TcpAllocationTest {
    private static final int ROUNDS = 30;
    private static final int CYCLES = 2_000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final PatchedWire wire = new PatchedWire();

    @Test
    void shouldNotAllocatePerSuperSegmentOfTheGuest() {
        assertEquals(0, allocatedBy(wire::upload));
        assertTrue(wire.stack.counters().get(Counter.TCP_BYTES_TO_HOST) > 1L << 26);
    }

    @Test
    void shouldNotAllocatePerSuperSegmentToTheGuest() {
        assertEquals(0, allocatedBy(wire::download));
        assertTrue(wire.stack.counters().get(Counter.TCP_BYTES_TO_GUEST) > 1L << 26);
    }

    @Test
    void shouldNotAllocateWhenTheHostTakesAPart() {
        wire.hostTakesBytes = 10_000;
        assertEquals(0, allocatedBy(wire::uploadAndDrain));
        assertTrue(wire.stack.counters().get(Counter.TCP_BACKLOG_BYTES) > 1L << 26);
    }

    @Test
    void shouldNotAllocatePerOutOfOrderSegmentProbeOrTimer() {
        assertEquals(0, allocatedBy(wire::disorder));
        assertTrue(wire.stack.counters().get(Counter.TCP_OUT_OF_ORDER) >= CYCLES);
    }

    @Test
    void shouldNotAllocatePerRecoveryBySelectiveAcknowledgements() {
        assertEquals(0, allocatedBy(wire::recover));
        assertTrue(wire.stack.counters().get(Counter.TCP_FAST_RETRANSMISSIONS) >= CYCLES);
    }

    /// Bytes allocated in the best of some rounds: what the compiler does meanwhile is not ours.
    private long allocatedBy(final Runnable cycle) {
        long best = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS && best != 0; round++) {
            final long before = threads.getCurrentThreadAllocatedBytes();
            for (int index = 0; index < CYCLES; index++) {
                cycle.run();
            }
            best = Math.min(best, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return best;
    }
}
