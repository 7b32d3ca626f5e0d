package dev.tailrace.tapio.slirp;

import dev.tailrace.netstack.stack.NetworkStack;
import dev.tailrace.netstack.stack.StackTotals;
import dev.tailrace.netstack.status.FlowSnapshot;
import dev.tailrace.netstack.status.FlowSource;
import dev.tailrace.tapio.slirp.observe.Observed;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The stacks of a session as one, seen from the first loop's thread. The others answer between their turns.
final class Loops implements Observed {
    private final NetworkStack first;
    private final List<SecondLoop> others;

    Loops(final NetworkStack first, final List<SecondLoop> others) {
        this.first = first;
        this.others = List.copyOf(others);
    }

    /// What has ended one of the other loops, or null.
    @Nullable
    Throwable failure() {
        for (int i = 0; i < others.size(); i++) {
            final Throwable failure = others.get(i).failure();
            if (failure != null) {
                return failure;
            }
        }
        return null;
    }

    @Override
    public StackTotals totals() {
        StackTotals totals = StackTotals.of(first);
        for (final SecondLoop other : others) {
            totals = totals.plus(other.ask(StackTotals::of));
        }
        return totals;
    }

    @Override
    public List<FlowSource> flows() {
        final List<FlowSource> flows = first.flows();
        for (final SecondLoop other : others) {
            flows.addAll(other.ask(Loops::snapshots));
        }
        return flows;
    }

    /// Counters and flows of each loop, for people.
    void describe(final StringBuilder out, final long nowNs) {
        first.describe(out, nowNs);
        int number = 1;
        for (final SecondLoop other : others) {
            out.append("loop ").append(++number).append('\n').append(other.<String>ask(stack -> {
                final StringBuilder text = new StringBuilder();
                stack.describe(text, System.nanoTime());
                return text.toString();
            }));
        }
    }

    private static List<FlowSource> snapshots(final NetworkStack stack) {
        final List<FlowSource> snapshots = new ArrayList<>();
        final long nowNs = System.nanoTime();
        for (final FlowSource source : stack.flows()) {
            final FlowSnapshot snapshot = FlowSnapshot.of(source, nowNs);
            if (snapshot != null) {
                snapshots.add(snapshot);
            }
        }
        return snapshots;
    }
}
