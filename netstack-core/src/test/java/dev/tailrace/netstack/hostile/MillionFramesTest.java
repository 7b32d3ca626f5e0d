package dev.tailrace.netstack.hostile;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.netstack.status.Counter;
import java.util.EnumSet;
import java.util.Set;
import org.agrona.DirectBuffer;
import org.junit.jupiter.api.Test;

/// Mutated frames by the million: `-Dhostile.frames=N` makes it another number, `-Dhostile.seed=S` another sequence.
final class MillionFramesTest {
    private static final int FRAMES = Integer.getInteger("hostile.frames", 1_000_000);
    private static final int RUNS = 10;

    /// Drops that frames cannot cause in this world, or only by a flood.
    private static final Set<Counter> OUT_OF_REACH = EnumSet.of(
            Counter.DROP_IPV6_UNSUPPORTED,
            Counter.DROP_ETHERNET_LONG,
            Counter.DROP_ETHERNET_OTHER,
            Counter.DROP_PASS_ON_FULL,
            Counter.DROP_ICMP_NO_FLOW,
            Counter.DROP_ICMP_RATE,
            Counter.DROP_DNS_NO_RESOLVER,
            Counter.DROP_TCP_NO_MEMORY,
            Counter.DROP_TCP_NO_SOCKET,
            Counter.DROP_HOST_SEGMENT,
            Counter.DROP_UDP_TABLE_FULL,
            Counter.DROP_UDP_NO_GUEST);

    @Test
    void shouldSurviveAMillionMutatedFrames() {
        assertTrue(DirectBuffer.SHOULD_BOUNDS_CHECK, "bounds checks are off");
        final long seed = Long.getLong("hostile.seed", 1);
        final Set<Counter> unseen = EnumSet.noneOf(Counter.class);
        final TwinRun run = new TwinRun(seed);
        for (int part = 0; part < RUNS; part++) {
            run.run(FRAMES / RUNS);
        }
        for (final Counter counter : Counter.values()) {
            if (counter.name().startsWith("DROP_") && run.world().count(counter) == 0) {
                unseen.add(counter);
            }
        }
        unseen.removeAll(OUT_OF_REACH);
        assertTrue(FRAMES < 1_000_000 || unseen.isEmpty(), () -> "seed " + seed + " never came to " + unseen);
    }
}
