package dev.tailrace.bench.timer;

import dev.tailrace.bench.BenchmarkDefaults;
import dev.tailrace.netstack.timer.Timer;
import dev.tailrace.netstack.timer.TimerQueue;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/// Timers of many flows in one queue: an acknowledgement pushes a deadline out, a timer that fires is armed again.
public class TimerQueueBenchmark extends BenchmarkDefaults {
    private static final long SEED = 7;
    private static final long TIMEOUT_NS = 200_000_000;

    /// Flows with an armed timer.
    @Param({"1", "100", "10000"})
    int flows;

    private final TimerQueue queue = new TimerQueue();
    private FlowTimer[] timers = {};
    private int next;
    private long nowNs;

    /// Arms each flow's timer at a deadline of its own.
    @Setup
    public void armAll() {
        final SplittableRandom random = new SplittableRandom(SEED);
        timers = new FlowTimer[flows];
        for (int flow = 0; flow < flows; flow++) {
            timers[flow] = new FlowTimer();
            queue.arm(timers[flow], random.nextLong(TIMEOUT_NS));
        }
    }

    /// One acknowledgement: the next flow's deadline moves later, and nothing is due.
    @Benchmark
    public int postponeAndPoll() {
        nowNs++;
        final FlowTimer timer = timers[next];
        next = next + 1 == flows ? 0 : next + 1;
        queue.arm(timer, nowNs + TIMEOUT_NS);
        return queue.poll(nowNs);
    }

    /// One timeout: the clock goes to the next deadline, what is due fires and is armed again.
    @Benchmark
    public int fireAndRearm() {
        nowNs = Math.max(nowNs, queue.nextDeadlineNs());
        return queue.poll(nowNs);
    }

    private final class FlowTimer extends Timer {
        @Override
        public void onTimeout(final long now) {
            queue.arm(this, now + TIMEOUT_NS);
        }
    }
}
