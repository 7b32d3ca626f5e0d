package dev.tailrace.netstack.host;

/// Makes host sockets. All sockets are non-blocking and belong to the stack's thread.
///
/// A method that makes a socket for a guest's packet does not throw: it hands the socket to its listener's owner
/// through a return value, or answers null with the reason in [#lastErrno], because descriptors run out in normal
/// operation.
public interface HostSockets {
    /// Starts to connect. [HostStreamListener#onConnect] follows, never before this method has returned.
    ///
    /// @return the connection, or null with the reason in [#lastErrno] (EMFILE, ENETUNREACH, EADDRNOTAVAIL...)
    @org.jspecify.annotations.Nullable
    HostStream connect(long addressHi, long addressLo, int port, HostStreamListener listener);

    /// Makes an unbound UDP socket.
    ///
    /// @param ipv6 whether the guest's side is IPv6
    /// @return the socket, or null with the reason in [#lastErrno]
    @org.jspecify.annotations.Nullable
    HostDatagram datagram(boolean ipv6, HostDatagramListener listener);

    /// Makes a UDP socket bound to an address and port, for host forwarding.
    ///
    /// @throws HostException with the errno (EADDRINUSE, EACCES...)
    HostDatagram datagramBoundTo(long addressHi, long addressLo, int port, HostDatagramListener listener);

    /// Makes an echo socket.
    ///
    /// @return the socket, or null with the reason in [#lastErrno] (EACCES outside ping_group_range)
    @org.jspecify.annotations.Nullable
    HostEcho echo(boolean ipv6, HostEchoListener listener);

    /// Listens for TCP connections.
    ///
    /// @throws HostException with the errno (EADDRINUSE, EACCES...)
    HostListener listen(long addressHi, long addressLo, int port, HostAcceptor acceptor);

    /// Positive errno of the last call of this object that answered null.
    int lastErrno();

    /// Sends all queued datagrams.
    void flushDatagrams();
}
