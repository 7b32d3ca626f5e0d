package dev.tailrace.netstack.status;

/// Something that has a row in the table of flows. It may end while a list of sources is being read.
public interface FlowSource {
    /// Writes all fields of `row`.
    ///
    /// @param nowNs on the stack's clock
    /// @return false when the flow has ended: `row` says nothing then
    boolean describe(FlowRow row, long nowNs);
}
