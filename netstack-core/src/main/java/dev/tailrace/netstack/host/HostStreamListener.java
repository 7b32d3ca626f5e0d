package dev.tailrace.netstack.host;

/// Hears of changes of one [HostStream]; called on the stack's thread, never from inside a call into the stream.
public interface HostStreamListener {
    /// The connection attempt ended.
    ///
    /// @param errno 0 when connected, else the positive errno of the failure
    void onConnect(int errno);

    /// Readiness may have changed (edge-triggered).
    ///
    /// @param readable bytes, end of stream or an error wait to be received
    /// @param writable the send buffer has room again
    /// @param hangup the peer ended its direction or the connection broke: receive until 0 or an error
    void onReady(boolean readable, boolean writable, boolean hangup);
}
