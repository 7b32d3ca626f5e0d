package dev.tailrace.tapio.epoll;

import org.agrona.DirectBuffer;

/// Takes what a socket receives.
interface MessageSink {
    /// The socket, or -1 when it is closed: nothing more is told then.
    int fd();

    /// Length of the datagrams that came last, when they were all of one, or 0: the next are probably of it too.
    int expectedLength();

    /// Remembers [#expectedLength].
    void expectedLength(int length);

    /// One message, valid during the call only.
    ///
    /// @param segmentBytes size of each datagram in a coalesced message, 0 for one
    /// @param scope the interface that a link-local source is on, else 0
    void onMessage(
            DirectBuffer buffer,
            int offset,
            int length,
            int segmentBytes,
            long sourceHi,
            long sourceLo,
            int sourcePort,
            int scope);

    /// An ICMP error, or a local one of the same meaning.
    ///
    /// @param type ICMP or ICMPv6 type, by the destination's family
    /// @param destinationHi where the packet that failed was sent
    /// @param offenderHi who sent the error, both halves 0 when it was made here
    /// @param sequence bytes 6 and 7 of the packet that failed, -1 when it was shorter
    void onError(
            int type,
            int code,
            int mtu,
            long destinationHi,
            long destinationLo,
            int port,
            long offenderHi,
            long offenderLo,
            int sequence);
}
