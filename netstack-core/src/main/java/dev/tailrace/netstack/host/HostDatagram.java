package dev.tailrace.netstack.host;

import org.agrona.DirectBuffer;

/// One UDP socket of the host, non-blocking. Sends are batched until [HostSockets#flushDatagrams].
public interface HostDatagram {
    /// Queues one datagram, or `ceil(length / segmentBytes)` datagrams of equal size but for the last
    /// (UDP_SEGMENT).
    ///
    /// The payload must stay as it is until [HostSockets#flushDatagrams] returns. A failure is told then, by
    /// [HostDatagramListener#onSendFailed] with the same cookie.
    ///
    /// @param length payload length in bytes, 0 to 65,507
    /// @param segmentBytes bytes per datagram, or 0 for a single datagram
    /// @param hopLimit TTL or hop limit to send with, 1 to 255
    /// @param cookie handed back when the send fails
    void send(
            DirectBuffer buffer,
            int offset,
            int length,
            int segmentBytes,
            long addressHi,
            long addressLo,
            int port,
            int hopLimit,
            int cookie);

    /// Receives what waits, up to `limit` messages, each told by [HostDatagramListener#onDatagram].
    ///
    /// @return messages told; fewer than `limit` means drained
    int receive(int limit);

    /// The port this socket is bound to on the host.
    int localPort();

    /// Asks where the socket is bound on the host; an address that is not known stays cleared.
    default void localAddress(final HostAddress into) {
        into.clear();
    }

    /// Closes the socket. No listener call follows. Idempotent.
    void close();
}
