package dev.tailrace.netstack.host;

/// Hears of connections accepted by a [HostListener].
public interface HostAcceptor {
    /// A connection arrived. The acceptor owns the stream from now on.
    ///
    /// @param stream the connection, already established
    /// @param peerHi upper half of the client's address
    /// @param peerLo lower half of the client's address
    /// @param peerPort the client's port
    /// @return the listener of the new stream's changes, or null when refused: the caller then resets the stream
    @org.jspecify.annotations.Nullable
    HostStreamListener onAccept(HostStream stream, long peerHi, long peerLo, int peerPort);
}
