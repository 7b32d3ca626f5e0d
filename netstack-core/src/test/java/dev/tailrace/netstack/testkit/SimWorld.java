package dev.tailrace.netstack.testkit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Virtual time, the event heap and the step that drives the stack. See the package's theory of operation.
public final class SimWorld {
    /// Duty cycles with work at one instant before it counts as a spin.
    private static final int SPIN_LIMIT = 200_000;

    /// Wake-ups for deadlines from which no event came, one after another, before it counts as a busy timer.
    private static final int IDLE_WAKE_LIMIT = 1_000;

    private final String name;
    private final long seed;
    private final SplittableRandom random;
    private final VirtualClock clock;
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final List<Runnable> checkers = new ArrayList<>();
    private final Trace trace = new Trace();
    private @Nullable SimStack stack;
    private long sequence;
    private long stalledUntilNs;
    private long steps;
    private int idleWakes;

    private record Event(long timeNs, long sequence, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(final Event other) {
            final long difference = timeNs - other.timeNs;
            return difference != 0 ? Long.signum(difference) : Long.compare(sequence, other.sequence);
        }
    }

    /// @param name of the test, part of the capture's file name
    /// @param seed of all chance
    public SimWorld(final String name, final long seed) {
        this(name, seed, 1_000_000_000L);
    }

    /// @param startNs what the clock shows first
    public SimWorld(final String name, final long seed, final long startNs) {
        this.name = name;
        this.seed = seed;
        this.random = new SplittableRandom(seed);
        this.clock = new VirtualClock(startNs);
        this.stalledUntilNs = startNs;
    }

    /// Sets the stack; once, before the first step.
    public void stack(final SimStack driven) {
        stack = driven;
    }

    public long nowNs() {
        return clock.nowNs();
    }

    public long seed() {
        return seed;
    }

    /// A source of chance of its own for each part of the world.
    public SplittableRandom split() {
        return random.split();
    }

    public Trace trace() {
        return trace;
    }

    /// Steps so far.
    public long steps() {
        return steps;
    }

    /// Runs `action` after `delayNs`.
    public void after(final long delayNs, final Runnable action) {
        events.add(new Event(clock.nowNs() + Math.max(0, delayNs), sequence++, action));
    }

    /// Has `checker` look after each step.
    public void check(final Runnable checker) {
        checkers.add(checker);
    }

    /// Lets the stack not run for `durationNs`: the process was not scheduled. Events go on.
    public void stall(final long durationNs) {
        stalledUntilNs = clock.nowNs() + durationNs;
        after(durationNs, () -> {});
    }

    /// Steps until `done`, and fails when that takes longer than `limitNs` or nothing is left that could happen.
    public void runUntil(final BooleanSupplier done, final long limitNs) {
        final long endNs = clock.nowNs() + limitNs;
        try {
            step();
            while (!done.getAsBoolean()) {
                if (!jump(endNs)) {
                    throw new AssertionError("nothing is left that could happen, and it is not done: deadlock");
                }
                if (clock.nowNs() - endNs >= 0) {
                    throw new AssertionError("not done after " + limitNs / 1_000_000 + " ms");
                }
                step();
            }
        } catch (final AssertionError | RuntimeException e) {
            throw failure(e);
        }
    }

    /// Steps through exactly `durationNs`.
    public void runFor(final long durationNs) {
        final long endNs = clock.nowNs() + durationNs;
        try {
            step();
            while (jump(endNs) && clock.nowNs() - endNs < 0) {
                step();
            }
            if (clock.nowNs() - endNs < 0) {
                clock.advanceTo(endNs);
            }
            step();
        } catch (final AssertionError | RuntimeException e) {
            throw failure(e);
        }
    }

    /// Runs `assertion`; a failure is told with the seed and the frames.
    public void verify(final Runnable assertion) {
        try {
            assertion.run();
        } catch (final AssertionError | RuntimeException e) {
            throw failure(e);
        }
    }

    /// What is due now, the stack until it is idle, the checkers.
    private void step() {
        steps++;
        int turns = 0;
        boolean isBusy = true;
        while (isBusy) {
            isBusy = false;
            while (!events.isEmpty() && events.element().timeNs - clock.nowNs() <= 0) {
                events.remove().action.run();
                idleWakes = 0;
                isBusy = true;
            }
            if (!isStalled()) {
                isBusy |= driven().doWork(clock.nowNs());
            }
            if (++turns > SPIN_LIMIT) {
                throw new AssertionError("the stack does not come to rest at " + clock.nowNs());
            }
        }
        for (final Runnable checker : checkers) {
            checker.run();
        }
    }

    private boolean jump(final long endNs) {
        final long deadlineNs = driven().nextDeadlineNs();
        long nextNs = endNs;
        boolean isAny = false;
        if (!events.isEmpty()) {
            nextNs = earlier(nextNs, events.element().timeNs);
            isAny = true;
        }
        if (deadlineNs != Long.MAX_VALUE && !isStalled()) {
            if (deadlineNs - clock.nowNs() <= 0) {
                throw new AssertionError("a deadline is in the past after the stack came to rest: " + deadlineNs);
            }
            if (++idleWakes > IDLE_WAKE_LIMIT) {
                throw new AssertionError(IDLE_WAKE_LIMIT + " wake-ups for deadlines from which nothing came");
            }
            nextNs = earlier(nextNs, deadlineNs);
            isAny = true;
        }
        if (isAny) {
            clock.advanceTo(nextNs);
        }
        return isAny;
    }

    private static long earlier(final long first, final long second) {
        return first - second <= 0 ? first : second;
    }

    private boolean isStalled() {
        return stalledUntilNs - clock.nowNs() > 0;
    }

    private SimStack driven() {
        final SimStack present = stack;
        if (present == null) {
            throw new IllegalStateException("the world has no stack");
        }
        return present;
    }

    private AssertionError failure(final Throwable cause) {
        if (cause instanceof final SimFailure failure) {
            return failure;
        }
        final Path file = Path.of("target", "sim", name + "-" + seed + ".pcap");
        trace.writePcap(file);
        final String text = name + " at " + clock.nowNs() / 1e6 + " ms: " + cause.getMessage() + "\nrepeat: -Dsim.seed="
                + seed + "\ncapture: " + file + "\n" + trace.tail() + driven().describe();
        return new SimFailure(text, cause);
    }

    /// A failure that has been told already.
    private static final class SimFailure extends AssertionError {
        private static final long serialVersionUID = 1L;

        SimFailure(final String message, final Throwable cause) {
            super(message, cause);
        }
    }
}
