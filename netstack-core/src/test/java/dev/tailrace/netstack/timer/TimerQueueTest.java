package dev.tailrace.netstack.timer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TimerQueueTest {
    private final TimerQueue queue = new TimerQueue();
    private final List<Integer> ran = new ArrayList<>();

    @Test
    void shouldRunInOrderOfDeadlines() {
        final Noting late = new Noting(2);
        final Noting early = new Noting(1);
        queue.arm(late, 200);
        queue.arm(early, 100);
        assertEquals(100, queue.nextDeadlineNs());
        assertEquals(0, queue.poll(99));
        assertEquals(2, queue.poll(200));
        assertEquals(List.of(1, 2), ran);
        assertEquals(TimerQueue.NONE, queue.nextDeadlineNs());
        assertFalse(late.isArmed());
    }

    @Test
    void shouldRunAPostponedTimerAtItsNewDeadlineOnly() {
        final Noting timer = new Noting(1);
        queue.arm(timer, 100);
        queue.arm(timer, 500);
        assertEquals(0, queue.poll(499));
        assertEquals(500, queue.nextDeadlineNs());
        assertEquals(1, queue.poll(500));
    }

    @Test
    void shouldBringATimerForward() {
        final Noting timer = new Noting(1);
        queue.arm(new Noting(2), 300);
        queue.arm(timer, 500);
        queue.arm(timer, 100);
        assertEquals(100, queue.nextDeadlineNs());
        assertEquals(1, queue.poll(100));
        assertEquals(List.of(1), ran);
    }

    @Test
    void shouldNotRunADisarmedOrRemovedTimer() {
        final Noting disarmed = new Noting(1);
        final Noting removed = new Noting(2);
        queue.arm(disarmed, 100);
        queue.arm(removed, 100);
        queue.disarm(disarmed);
        queue.remove(removed);
        assertEquals(0, queue.poll(1000));
        assertEquals(0, queue.size());
        queue.arm(disarmed, 50);
        assertEquals(1, queue.poll(1000));
    }

    @Test
    void shouldCompareDeadlinesAcrossTheOverflowOfTheClock() {
        queue.arm(new Noting(1), Long.MAX_VALUE - 5);
        queue.arm(new Noting(2), Long.MIN_VALUE + 5);
        assertEquals(1, queue.poll(Long.MAX_VALUE));
        assertEquals(List.of(1), ran);
        assertEquals(1, queue.poll(Long.MIN_VALUE + 5));
    }

    @Test
    void shouldAgreeWithAPlainListUnderRandomUse() {
        final long seed = Long.getLong("sim.seed", System.nanoTime());
        final SplittableRandom random = new SplittableRandom(seed);
        final Noting[] timers = new Noting[100];
        final long[] expectedNs = new long[timers.length];
        for (int index = 0; index < timers.length; index++) {
            timers[index] = new Noting(index);
            expectedNs[index] = TimerQueue.NONE;
        }
        long nowNs = 0;
        for (int step = 0; step < 20_000; step++) {
            final int index = random.nextInt(timers.length);
            switch (random.nextInt(4)) {
                case 0, 1 -> {
                    expectedNs[index] = nowNs + random.nextInt(1000);
                    queue.arm(timers[index], expectedNs[index]);
                }
                case 2 -> {
                    expectedNs[index] = TimerQueue.NONE;
                    if (random.nextBoolean()) {
                        queue.disarm(timers[index]);
                    } else {
                        queue.remove(timers[index]);
                    }
                }
                default -> {
                    nowNs += random.nextInt(100);
                    ran.clear();
                    queue.poll(nowNs);
                    for (int other = 0; other < timers.length; other++) {
                        final boolean isDue = expectedNs[other] <= nowNs;
                        assertEquals(isDue, ran.contains(other), "timer " + other + ", seed " + seed);
                        if (isDue) {
                            expectedNs[other] = TimerQueue.NONE;
                        }
                    }
                }
            }
            for (final long deadlineNs : expectedNs) {
                assertTrue(deadlineNs >= queue.nextDeadlineNs() || deadlineNs == TimerQueue.NONE, "seed " + seed);
            }
        }
    }

    private final class Noting extends Timer {
        private final int id;

        Noting(final int id) {
            this.id = id;
        }

        @Override
        public void onTimeout(final long nowNs) {
            assertTrue(deadlineNs() - nowNs <= 0);
            ran.add(id);
        }
    }
}
