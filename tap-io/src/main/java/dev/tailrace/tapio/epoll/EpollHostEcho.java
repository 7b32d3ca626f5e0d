package dev.tailrace.tapio.epoll;

import dev.tailrace.netstack.host.HostEcho;
import dev.tailrace.netstack.host.HostEchoListener;
import dev.tailrace.netstack.wire.IpAddress;
import dev.tailrace.tapio.linux.Errno;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/// An ICMP or ICMPv6 echo socket. Each event is read until the socket is empty, since the port has no call to go on
/// with.
final class EpollHostEcho implements HostEcho, ReadyHandler, MessageSink {
    private static final int CLOSED = -1;
    private static final int NO_PORT = 0;

    /// Replies told in one event; the rest in the next turn.
    private static final int MOST_PER_TURN = 256;

    private final EpollHostSockets sockets;
    private final HostEchoListener listener;
    private final boolean ipv6;
    private int fd;
    private @Nullable Registration registration;

    EpollHostEcho(final EpollHostSockets sockets, final boolean ipv6, final int fd, final HostEchoListener listener) {
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
        if (IpAddress.isIpv4(addressHi, addressLo) == ipv6) {
            return -Errno.EAFNOSUPPORT;
        }
        return sockets.sendOne(fd, buffer.addressOffset() + offset, length, addressHi, addressLo, NO_PORT, hopLimit);
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

    /// Replies are told one by one.
    @Override
    public int expectedLength() {
        return 0;
    }

    @Override
    public void expectedLength(final int length) {}

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
        listener.onReply(buffer, offset, length, sourceHi, sourceLo);
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
        listener.onIcmpError(type, code, mtu, sequence, destinationHi, destinationLo, offenderHi, offenderLo);
    }
}
