package dev.tailrace.tapio.epoll;

import dev.tailrace.netstack.host.HostEcho;
import dev.tailrace.netstack.host.HostEchoListener;
import dev.tailrace.netstack.wire.IpAddress;
import dev.tailrace.tapio.linux.Errno;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/// An ICMP echo socket. Each event is read until the socket is empty, since the port has no call to go on with.
final class EpollHostEcho implements HostEcho, ReadyHandler, MessageSink {
    private static final int CLOSED = -1;
    private static final int NO_PORT = 0;

    /// Replies told in one event; the rest in the next turn.
    private static final int MOST_PER_TURN = 256;

    private final EpollHostSockets sockets;
    private final HostEchoListener listener;
    private int fd;
    private @Nullable Registration registration;

    EpollHostEcho(final EpollHostSockets sockets, final int fd, final HostEchoListener listener) {
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
        if (fd != CLOSED && sockets.receiver().receive(this, MOST_PER_TURN) == MOST_PER_TURN) {
            sockets.postpone(registration);
        }
    }

    // hot path
    @Override
    public int send(
            final DirectBuffer buffer,
            final int offset,
            final int length,
            final long addressHi,
            final long addressLo,
            final int hopLimit) {
        if (!IpAddress.isIpv4(addressHi, addressLo)) {
            return -Errno.EAFNOSUPPORT;
        }
        return sockets.sendOne(
                fd, buffer.addressOffset() + offset, length, IpAddress.ipv4(addressLo), NO_PORT, hopLimit);
    }

    @Override
    public void close() {
        if (fd != CLOSED) {
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
    public void onMessage(
            final DirectBuffer buffer,
            final int offset,
            final int length,
            final int segmentBytes,
            final int source,
            final int sourcePort) {
        listener.onReply(buffer, offset, length, IpAddress.IPV4_HI, IpAddress.ipv4Lo(source));
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
                sequence,
                IpAddress.IPV4_HI,
                IpAddress.ipv4Lo(destination),
                IpAddress.IPV4_HI,
                offender == 0 ? 0 : IpAddress.ipv4Lo(offender));
    }
}
