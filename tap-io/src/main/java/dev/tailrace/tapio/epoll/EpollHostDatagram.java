package dev.tailrace.tapio.epoll;

import static dev.tailrace.tapio.epoll.SocketConstants.IP_TTL;
import static dev.tailrace.tapio.epoll.SocketConstants.SOL_IP;

import dev.tailrace.netstack.host.HostAddress;
import dev.tailrace.netstack.host.HostDatagram;
import dev.tailrace.netstack.host.HostDatagramListener;
import dev.tailrace.netstack.wire.IpAddress;
import dev.tailrace.tapio.linux.Errno;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/// A UDP socket. Errors are read from its queue as they are reported.
final class EpollHostDatagram implements HostDatagram, ReadyHandler, MessageSink {
    private static final int CLOSED = -1;
    private static final int UNKNOWN = -1;

    private final EpollHostSockets sockets;
    private final HostDatagramListener listener;
    private int fd;
    private int socketHopLimit = UNKNOWN;
    private @Nullable Registration registration;

    EpollHostDatagram(final EpollHostSockets sockets, final int fd, final HostDatagramListener listener) {
        this.sockets = sockets;
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
        if (!IpAddress.isIpv4(addressHi, addressLo)) {
            sockets.sender().fail(this, Errno.EAFNOSUPPORT, cookie);
            return;
        }
        sockets.sender()
                .enqueue(
                        this,
                        buffer.addressOffset() + offset,
                        length,
                        segmentBytes,
                        IpAddress.ipv4(addressLo),
                        port,
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
    public void localAddress(final HostAddress into) {
        sockets.calls().localAddress(fd, into);
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

    /// The TTL to send a message with, or [OutgoingMessages#SOCKET_TTL] when it is the socket's. The first one
    /// becomes the socket's: a guest's packets have the same one as a rule.
    int differingHopLimit(final int hopLimit) {
        if (socketHopLimit == UNKNOWN && sockets.calls().option(fd, SOL_IP, IP_TTL, hopLimit) == 0) {
            socketHopLimit = hopLimit;
        }
        return hopLimit == socketHopLimit ? OutgoingMessages.SOCKET_TTL : hopLimit;
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
            final int source,
            final int sourcePort) {
        listener.onDatagram(
                buffer, offset, length, segmentBytes, IpAddress.IPV4_HI, IpAddress.ipv4Lo(source), sourcePort);
    }

    @Override
    public void onError(
            final int type,
            final int code,
            final int mtu,
            final int destination,
            final int port,
            final int offender,
            final int sequence) {
        listener.onIcmpError(
                type,
                code,
                mtu,
                IpAddress.IPV4_HI,
                IpAddress.ipv4Lo(destination),
                port,
                IpAddress.IPV4_HI,
                offender == 0 ? 0 : IpAddress.ipv4Lo(offender));
    }
}
