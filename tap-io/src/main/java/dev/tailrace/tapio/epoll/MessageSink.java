package dev.tailrace.tapio.epoll;

import org.agrona.DirectBuffer;

/// Takes what a socket receives.
interface MessageSink {
    /// The socket, or -1 when it is closed: nothing more is told then.
    int fd();

    /// One message, valid during the call only.
    ///
    /// @param segmentBytes size of each datagram in a coalesced message, 0 for one
    /// @param source IPv4 address it came from
    void onMessage(DirectBuffer buffer, int offset, int length, int segmentBytes, int source, int sourcePort);

    /// An ICMP error, or a local one of the same meaning.
    ///
    /// @param destination where the packet that failed was sent
    /// @param offender who sent the error, 0 when it was made here
    /// @param sequence bytes 6 and 7 of the packet that failed, -1 when it was shorter
    void onError(int type, int code, int mtu, int destination, int port, int offender, int sequence);
}
