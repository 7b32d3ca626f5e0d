package dev.tailrace.tapio.slirp.observe;

import dev.tailrace.netstack.stack.NetworkStack;
import dev.tailrace.netstack.stack.StackTotals;
import dev.tailrace.netstack.status.FlowSource;
import java.util.List;

/// All stacks of a session as one, asked by the thread of the first.
public interface Observed {
    StackTotals totals();

    /// See [NetworkStack#flows].
    List<FlowSource> flows();

    /// A session with one stack.
    static Observed of(final NetworkStack stack) {
        return new One(stack);
    }

    /// See [#of].
    record One(NetworkStack stack) implements Observed {
        @Override
        public StackTotals totals() {
            return StackTotals.of(stack);
        }

        @Override
        public List<FlowSource> flows() {
            return stack.flows();
        }
    }
}
