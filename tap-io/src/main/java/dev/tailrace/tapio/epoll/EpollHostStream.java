package dev.tailrace.tapio.epoll;

import static dev.tailrace.tapio.epoll.SocketConstants.MSG_DONTWAIT;
import static dev.tailrace.tapio.epoll.SocketConstants.MSG_NOSIGNAL;
import static dev.tailrace.tapio.epoll.SocketConstants.SHUT_WR;

import dev.tailrace.netstack.host.HostAddress;
import dev.tailrace.netstack.host.HostStream;
import dev.tailrace.netstack.host.HostStreamListener;
import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/// A TCP connection on a socket that is registered once, for all changes.
final class EpollHostStream implements HostStream, ReadyHandler {
    private static final int CLOSED = -1;
    private static final int READABLE = EpollLoop.IN | EpollLoop.RDHUP | EpollLoop.HUP | EpollLoop.ERR;
    private static final int WRITABLE = EpollLoop.OUT | EpollLoop.HUP | EpollLoop.ERR;
    private static final int HANGUP = EpollLoop.RDHUP | EpollLoop.HUP | EpollLoop.ERR;

    private final EpollHostSockets sockets;
    private int fd;
    private boolean connecting;
    private int connectErrno;
    private int resetErrno;
    private int loopbackPort;
    private @Nullable Registration registration;
    private @Nullable HostStreamListener listener;

    /// @param connecting whether [HostStreamListener#onConnect] is still to be told
    EpollHostStream(final EpollHostSockets sockets, final int fd, final boolean connecting) {
        this.sockets = sockets;
        this.fd = fd;
        this.connecting = connecting;
    }

    /// Says how connect(2) ended when it ended at once; told with the first event, which a socket without a
    /// connection has at once (OUT and HUP).
    void connectErrno(final int errno) {
        connectErrno = errno;
    }

    /// @param port 0 for none
    void loopbackPort(final int port) {
        loopbackPort = port;
    }

    void listener(final HostStreamListener streamListener) {
        listener = streamListener;
    }

    void registration(final Registration made) {
        registration = made;
    }

    boolean isOpen() {
        return fd != CLOSED;
    }

    // hot path
    @Override
    public void onReady(final int events) {
        final HostStreamListener told = listener;
        if (told == null) {
            return;
        }
        if (connecting && ((events & WRITABLE) == 0 || !connected(told))) {
            return;
        }
        told.onReady((events & READABLE) != 0, (events & WRITABLE) != 0, (events & HANGUP) != 0);
    }

    /// Tells how the connection attempt ended.
    ///
    /// @return whether there is a connection, and its listener wants it
    private boolean connected(final HostStreamListener told) {
        connecting = false;
        int errno = connectErrno != 0 ? connectErrno : sockets.calls().takeError(fd);
        if (errno == Errno.ECONNRESET || errno == Errno.EPIPE) {
            // Only an established connection ends so: it was made and reset before we were told of either.
            resetErrno = errno;
            errno = 0;
        }
        if (errno != 0) {
            listener = null;
        }
        told.onConnect(errno);
        return errno == 0 && fd != CLOSED;
    }

    // hot path
    @Override
    public int send(final DirectBuffer buffer, final int offset, final int length) {
        long result;
        do {
            result = Syscall.call(
                    SyscallNumber.SENDTO,
                    fd,
                    buffer.addressOffset() + offset,
                    length,
                    MSG_NOSIGNAL | MSG_DONTWAIT,
                    0,
                    0);
        } while (result == -Errno.EINTR);
        return (int) result;
    }

    // hot path
    @Override
    public int receive(final MutableDirectBuffer buffer, final int offset, final int length) {
        long result;
        do {
            result = Syscall.call(
                    SyscallNumber.RECVFROM, fd, buffer.addressOffset() + offset, length, MSG_DONTWAIT, 0, 0);
        } while (result == -Errno.EINTR);
        // The kernel tells an error once, and we have taken it: what looks like the end of the stream is a reset.
        return result == 0 && resetErrno != 0 ? -resetErrno : (int) result;
    }

    @Override
    public void shutdownOutput() {
        // ENOTCONN when the connection broke meanwhile: the listener hears of that as an event.
        sockets.calls().shutdown(fd, SHUT_WR);
    }

    @Override
    public void localAddress(final HostAddress into) {
        sockets.calls().localAddress(fd, into);
    }

    @Override
    public int detach() {
        final int given = fd;
        if (given != CLOSED) {
            fd = CLOSED;
            listener = null;
            sockets.forget(registration);
        }
        return given;
    }

    @Override
    public void close() {
        if (fd != CLOSED) {
            release();
        }
    }

    @Override
    public void reset() {
        if (fd != CLOSED) {
            sockets.calls().lingerZero(fd);
            release();
        }
    }

    private void release() {
        final int closing = fd;
        fd = CLOSED;
        listener = null;
        sockets.release(closing, registration);
        sockets.loopbackPortClosed(loopbackPort);
    }
}
