package dev.tailrace.tapio.epoll;

import static dev.tailrace.tapio.epoll.SocketConstants.IPV6_UNICAST_HOPS;
import static dev.tailrace.tapio.epoll.SocketConstants.IP_TTL;
import static dev.tailrace.tapio.epoll.SocketConstants.SOL_IP;
import static dev.tailrace.tapio.epoll.SocketConstants.SOL_IPV6;

import dev.tailrace.netstack.host.HostDatagram;
import dev.tailrace.netstack.host.HostDatagramListener;
import dev.tailrace.netstack.ip.Ipv6Network;
import dev.tailrace.netstack.wire.IpAddress;
import dev.tailrace.tapio.linux.Errno;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/// A UDP socket of one family. Errors are read from its queue as they are reported.
///
/// A link-local peer is answered on the interface that the last datagram from such a peer came in by; one that has not
/// sent anything cannot be reached (EINVAL), since addresses here do not name an interface.
final class EpollHostDatagram implements HostDatagram, ReadyHandler, MessageSink {
    private static final int CLOSED = -1;
    private static final int UNKNOWN = -1;

    private final EpollHostSockets sockets;
    private final HostDatagramListener listener;
    private final boolean ipv6;
    private int fd;
    private int linkLocalScope;
    private boolean isRefusingSegments;
    private int expectedLength;
    private int socketHopLimit = UNKNOWN;
    private @Nullable Registration registration;

    EpollHostDatagram(
            final EpollHostSockets sockets, final boolean ipv6, final int fd, final HostDatagramListener listener) {
        this.sockets = sockets;
        this.ipv6 = ipv6;
        this.fd = fd;
        this.listener = listener;
    }

    void registration(final Registration made) {
        registration = made;
    }

    // hot path
    @Override
    public void onReady(final int events) {
        if ((events & EpollLoop.ERR) != 0) {
            sockets.errorQueue().drain(this);
        }
        // After an error too: the kernel may have cut a receipt short to tell it.
        if (fd != CLOSED) {
            listener.onReadable();
        }
    }

    // hot path
    @Override
    public void send(
            final DirectBuffer buffer,
            final int offset,
            final int length,
            final int segmentBytes,
            final long addressHi,
            final long addressLo,
            final int port,
            final int hopLimit,
            final int cookie) {
        if (fd == CLOSED) {
            return;
        }
        if (IpAddress.isIpv4(addressHi, addressLo) == ipv6) {
            sockets.sender().fail(this, Errno.EAFNOSUPPORT, cookie);
            return;
        }
        final boolean isLinkLocal = ipv6 && Ipv6Network.isLinkLocal(addressHi);
        if (isLinkLocal && linkLocalScope == 0) {
            // The kernel would take any interface.
            sockets.sender().fail(this, Errno.EINVAL, cookie);
            return;
        }
        sockets.sender()
                .enqueue(
                        this,
                        buffer.addressOffset() + offset,
                        length,
                        segmentBytes,
                        addressHi,
                        addressLo,
                        port,
                        isLinkLocal ? linkLocalScope : 0,
                        hopLimit,
                        cookie);
    }

    // hot path
    @Override
    public int receive(final int limit) {
        return fd == CLOSED ? 0 : sockets.receiver().receive(this, limit);
    }

    @Override
    public int localPort() {
        return Math.max(0, sockets.calls().localPort(fd));
    }

    @Override
    public void close() {
        if (fd != CLOSED) {
            sockets.sender().beforeClose(this);
            final int closing = fd;
            fd = CLOSED;
            sockets.release(closing, registration);
        }
    }

    @Override
    public int fd() {
        return fd;
    }

    @Override
    public int expectedLength() {
        return expectedLength;
    }

    @Override
    public void expectedLength(final int length) {
        expectedLength = length;
    }

    /// The TTL or hop limit to send a message with, or [OutgoingMessages#SOCKET_HOP_LIMIT] when it is the socket's. The
    /// first one becomes the socket's: a guest's packets have the same one as a rule.
    int differingHopLimit(final int hopLimit) {
        if (socketHopLimit == UNKNOWN && setHopLimit(hopLimit) == 0) {
            socketHopLimit = hopLimit;
        }
        return hopLimit == socketHopLimit ? OutgoingMessages.SOCKET_HOP_LIMIT : hopLimit;
    }

    private int setHopLimit(final int hopLimit) {
        return ipv6
                ? sockets.calls().option(fd, SOL_IPV6, IPV6_UNICAST_HOPS, hopLimit)
                : sockets.calls().option(fd, SOL_IP, IP_TTL, hopLimit);
    }

    /// Whether datagrams may be given to the kernel as one message to cut.
    boolean mayGather() {
        return !isRefusingSegments;
    }

    /// The kernel could not cut a message: the path's MTU is less than a datagram, or its device has no offload.
    void gatherNoMore() {
        isRefusingSegments = true;
    }

    void sendFailed(final int errno, final int cookie) {
        if (fd != CLOSED) {
            listener.onSendFailed(errno, cookie);
        }
    }

    @Override
    public void onMessage(
            final DirectBuffer buffer,
            final int offset,
            final int length,
            final int segmentBytes,
            final long sourceHi,
            final long sourceLo,
            final int sourcePort,
            final int scope) {
        if (scope != 0) {
            linkLocalScope = scope;
        }
        listener.onDatagram(buffer, offset, length, segmentBytes, sourceHi, sourceLo, sourcePort);
    }

    @Override
    public void onError(
            final int type,
            final int code,
            final int mtu,
            final long destinationHi,
            final long destinationLo,
            final int port,
            final long offenderHi,
            final long offenderLo,
            final int sequence) {
        listener.onIcmpError(type, code, mtu, destinationHi, destinationLo, port, offenderHi, offenderLo);
    }
}
