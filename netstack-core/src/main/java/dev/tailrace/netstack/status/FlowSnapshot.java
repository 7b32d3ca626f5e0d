package dev.tailrace.netstack.status;

import org.jspecify.annotations.Nullable;

/// A row of the table of flows as it was: for a thread that may not ask the flow itself.
public final class FlowSnapshot implements FlowSource {
    private final FlowRow row = new FlowRow();

    private FlowSnapshot() {}

    /// @param nowNs on the stack's clock
    /// @return null when the flow has ended
    public static @Nullable FlowSnapshot of(final FlowSource source, final long nowNs) {
        final FlowSnapshot snapshot = new FlowSnapshot();
        return source.describe(snapshot.row, nowNs) ? snapshot : null;
    }

    @Override
    public boolean describe(final FlowRow into, final long nowNs) {
        into.set(row);
        return true;
    }
}
