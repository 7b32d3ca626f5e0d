package dev.tailrace.netstack.sim;

import dev.tailrace.netstack.testkit.GuestHost;
import dev.tailrace.netstack.testkit.Impairment;
import dev.tailrace.netstack.testkit.Sim;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// One run of a seed: a few connections in both directions over a bad link, to hosts whose sockets misbehave, that are
/// half-closed, reset and stalled in the middle. Every byte is checked by the two ends, and at the end each connection
/// must have come to what its [StressFlow] says.
final class StressRun {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final long LIMIT_NS = 3_000 * SECOND_NS;
    private static final int MOST_FLOWS = 5;
    private static final int[] MTUS = {576, 1_500, 1_500, 9_000, 65_520};

    private final Sim sim;
    private final GuestHost guest;
    private final SplittableRandom random;
    private final List<StressFlow> flows = new ArrayList<>();

    StressRun(final long seed) {
        random = new SplittableRandom(seed);
        final int mtu = MTUS[random.nextInt(MTUS.length)];
        sim = Sim.of("stress", seed)
                .mtu(mtu)
                .memory(2 << 20 << random.nextInt(5))
                .start();
        sim.link().impair(faults(), faults());
        if (random.nextInt(3) == 0) {
            sim.link().refuse(random.nextInt(60));
        }
        if (random.nextInt(4) == 0) {
            sim.link().ringFrames(random.nextInt(2, 60));
        }
        guest = sim.guest();
        final int count = random.nextInt(1, MOST_FLOWS + 1);
        for (int index = 0; index < count; index++) {
            final StressFlow flow = new StressFlow(index, mtu, random.split());
            flows.add(flow);
            sim.world().after(random.nextLong(SECOND_NS), () -> begin(flow));
        }
        for (int stalls = random.nextInt(4); stalls > 0; stalls--) {
            final long durationNs = random.nextLong(400_000_000);
            sim.world().after(random.nextLong(3 * SECOND_NS), () -> sim.world().stall(durationNs));
        }
    }

    /// Runs to the end of all connections and looks at each.
    ///
    /// @return hash over every frame and its time
    long run() {
        try {
            sim.world().runUntil(() -> flows.stream().allMatch(StressFlow::isOver), LIMIT_NS);
            sim.finish(LIMIT_NS);
            sim.world().verify(() -> flows.forEach(StressFlow::verify));
        } catch (final AssertionError e) {
            throw new AssertionError(e.getMessage() + "\n" + flows, e);
        }
        return sim.world().trace().hash();
    }

    private void begin(final StressFlow flow) {
        if (flow.isFromHost()) {
            flow.accepted(sim, guest);
        } else {
            flow.connect(sim, guest);
        }
    }

    private Impairment faults() {
        if (random.nextInt(4) == 0) {
            return Impairment.NONE;
        }
        return Impairment.NONE
                .with(random.nextInt(50), random.nextInt(40), random.nextInt(80))
                .timed(random.nextLong(1_000, 3_000_000), random.nextLong(300_000), 0);
    }
}
