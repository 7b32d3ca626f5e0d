package dev.tailrace.tapio.epoll;

import dev.tailrace.netstack.host.HostAcceptor;
import dev.tailrace.netstack.host.HostListener;
import dev.tailrace.netstack.host.HostStreamListener;
import dev.tailrace.netstack.status.Counter;
import dev.tailrace.tapio.linux.Errno;
import org.jspecify.annotations.Nullable;

/// A listening TCP socket.
///
/// It hears of a new connection once, so it accepts until none waits. When descriptors have run out, a connection that
/// cannot be accepted would wait for ever, or wake us for ever: the process keeps one descriptor in reserve, with which
/// the connection is accepted and reset, so that its client knows.
final class EpollHostListener implements HostListener, ReadyHandler {
    private static final int CLOSED = -1;

    /// Connections accepted in one turn; the rest in the next.
    private static final int MOST_PER_TURN = 64;

    private final EpollHostSockets sockets;
    private final HostAcceptor acceptor;
    private int fd;
    private @Nullable Registration registration;

    EpollHostListener(final EpollHostSockets sockets, final int fd, final HostAcceptor acceptor) {
        this.sockets = sockets;
        this.fd = fd;
        this.acceptor = acceptor;
    }

    void registration(final Registration made) {
        registration = made;
    }

    @Override
    public void onReady(final int events) {
        for (int i = 0; i < MOST_PER_TURN; i++) {
            if (fd == CLOSED) {
                return;
            }
            final int accepted = sockets.calls().accept(fd);
            if (accepted >= 0) {
                accepted(accepted);
            } else if (accepted == -Errno.EAGAIN || accepted == -Errno.EBADF || accepted == -Errno.EINVAL) {
                return;
            } else if (SocketCalls.isExhausted(accepted)) {
                if (!refuseOne()) {
                    return;
                }
            } else if (accepted == -Errno.ENOMEM || accepted == -Errno.ENOBUFS) {
                sockets.retryWhenReleased(registration);
                return;
            }
            // Any other error is that of the connection that was about to be accepted (accept(2)): take the next.
        }
        sockets.postpone(registration);
    }

    /// The bound port, for a listener on port 0.
    int localPort() {
        return sockets.calls().localPort(fd);
    }

    @Override
    public void close() {
        if (fd != CLOSED) {
            final int closing = fd;
            fd = CLOSED;
            sockets.release(closing, registration);
        }
    }

    private void accepted(final int accepted) {
        final long hi = sockets.calls().peerHi();
        final long lo = sockets.calls().peerLo();
        final int port = sockets.calls().peerPort();
        final EpollHostStream stream = sockets.adopt(accepted);
        if (stream == null) {
            sockets.counters().increment(Counter.HOST_ACCEPTS_REFUSED);
            return;
        }
        final HostStreamListener listener = acceptor.onAccept(stream, hi, lo, port);
        if (listener == null) {
            stream.reset();
        } else if (stream.isOpen()) {
            stream.listener(listener);
        }
    }

    /// Accepts and resets one connection by means of the spare descriptor.
    ///
    /// @return whether to go on accepting
    private boolean refuseOne() {
        if (!sockets.lendSpare()) {
            sockets.retryWhenReleased(registration);
            return false;
        }
        final int refused = sockets.calls().accept(fd);
        if (refused >= 0) {
            sockets.calls().lingerZero(refused);
            sockets.calls().close(refused);
            sockets.counters().increment(Counter.HOST_ACCEPTS_REFUSED);
        }
        sockets.takeSpareBack();
        if (SocketCalls.isExhausted(refused)) {
            // Another thread took the spare's place.
            sockets.retryWhenReleased(registration);
            return false;
        }
        return refused != -Errno.EAGAIN;
    }
}
