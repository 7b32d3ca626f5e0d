package dev.tailrace.tapio.epoll;

import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.LinuxException;
import io.netty.channel.DefaultSelectStrategyFactory;
import io.netty.channel.IoRegistration;
import io.netty.channel.ManualIoEventLoop;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.Errors;
import io.netty.util.concurrent.Future;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Waits for events of descriptors, one turn at a time, on the thread that made it.
///
/// All methods but [#wakeup] belong to that thread. Registering and deregistering is allowed anywhere, also inside
/// handlers.
public final class EpollLoop implements AutoCloseable {
    /// Bytes, a connection or the end of the stream wait (EPOLLIN, sys/epoll.h).
    public static final int IN = 0x1;

    /// Urgent data or an exceptional condition (EPOLLPRI).
    public static final int PRI = 0x2;

    /// There is room to write (EPOLLOUT).
    public static final int OUT = 0x4;

    /// An error waits; always reported (EPOLLERR).
    public static final int ERR = 0x8;

    /// Both directions ended, or all writers of a pipe are gone; always reported (EPOLLHUP).
    public static final int HUP = 0x10;

    /// The peer ended its direction (EPOLLRDHUP).
    public static final int RDHUP = 0x2000;

    /// Report changes only, instead of again in each turn (EPOLLET).
    public static final int EDGE_TRIGGERED = 1 << 31;

    /// Everything that can happen to a stream socket, by change.
    public static final int STREAM = IN | OUT | RDHUP | EDGE_TRIGGERED;

    /// What [#run] takes for "until an event".
    public static final long FOREVER = Long.MAX_VALUE;

    /// Events collected by one wait; more are collected by the next.
    private static final int EVENTS_PER_TURN = 256;

    private static final int IO_ONLY = -1;
    private static final int NO_WAIT = -1;
    private static final int NO_BOUND = 0;

    static {
        NettyLog.install();
    }

    private final Waiter netty;
    private Registration[] postponed = new Registration[8];
    private int postponedCount;
    private long turn;
    private boolean dispatching;
    private @Nullable Throwable failure;

    /// A loop for the calling thread.
    public EpollLoop() {
        netty = new Waiter(Thread.currentThread());
        CachedEvents.complete();
    }

    /// Watches `fd`. Nothing is told before the next turn.
    ///
    /// @param epollMask what to report, with [#EDGE_TRIGGERED] if wanted; 0 watches for [#ERR] and [#HUP] only
    /// @throws LinuxException with the errno of epoll_ctl (EPERM for a plain file, EEXIST, ENOSPC, ENOMEM)
    public Registration register(final int fd, final int epollMask, final ReadyHandler handler) {
        final Registration registration = new Registration(this, fd, handler);
        final Future<IoRegistration> future = netty.register(registration.handle);
        final IoRegistration made = future.getNow();
        if (made == null) {
            throw new IllegalStateException("register fd " + fd + ": not on the loop's thread", future.cause());
        }
        registration.netty = made;
        try {
            // Netty takes a mask of 0 for "remove"; ERR is reported anyway, so it changes nothing.
            made.submit(EpollIoOps.valueOf(epollMask == 0 ? ERR : epollMask));
        } catch (final UncheckedIOException e) {
            deregister(registration);
            throw new LinuxException("epoll_ctl", "fd " + fd, errno(e));
        }
        return registration;
    }

    /// Changes what is reported of a descriptor. What is the case already is reported again, also by change.
    public void change(final Registration registration, final int epollMask) {
        final IoRegistration made = registration.netty;
        if (registration.active && made != null) {
            made.submit(EpollIoOps.valueOf(epollMask));
        }
    }

    /// Stops watching; no call of the handler follows. To be called before the descriptor is closed. Idempotent.
    public void deregister(final Registration registration) {
        if (registration.active) {
            registration.active = false;
            final IoRegistration made = registration.netty;
            if (made != null) {
                made.cancel();
            }
        }
    }

    /// Calls the handler with `events` in the next turn, which will not wait: for one that stopped before its
    /// descriptor was drained.
    public void postpone(final Registration registration, final int events) {
        if (registration.postponedEvents == 0) {
            if (postponedCount == postponed.length) {
                postponed = Arrays.copyOf(postponed, 2 * postponedCount);
            }
            postponed[postponedCount++] = registration;
        }
        registration.postponedEvents |= events;
    }

    /// One turn: waits for events up to `waitNs` and calls their handlers.
    ///
    /// @param waitNs 0 for no wait, [#FOREVER] for no bound. May return early and with nothing done
    /// @return events handled
    /// @throws RuntimeException what a handler threw, after all other handlers of the turn have run
    public int run(final long waitNs) {
        final int due = postponedCount;
        turn++;
        dispatching = true;
        int handled;
        try {
            handled = netty.run(nettyWait(due > 0 ? 0 : waitNs), IO_ONLY);
            deliverPostponed(due);
        } finally {
            dispatching = false;
            netty.wokenUp = false;
        }
        if (failure != null) {
            rethrow();
        }
        return handled + due;
    }

    /// Ends the wait of the [#run] in progress, or of the next one. For any thread.
    public void wakeup() {
        netty.wokenUp = true;
        netty.wakeup();
    }

    /// Stops watching everything and frees the loop's own descriptors.
    @Override
    public void close() {
        netty.shutdownGracefully(0, 0, TimeUnit.NANOSECONDS);
        netty.runNow();
    }

    long turn() {
        return turn;
    }

    boolean isDispatching() {
        return dispatching;
    }

    /// Keeps what a handler threw: if it escaped into Netty, the thread would sleep for a second.
    void failed(final Throwable thrown) {
        if (failure == null) {
            failure = thrown;
        } else if (failure != thrown) {
            failure.addSuppressed(thrown);
        }
    }

    private static long nettyWait(final long waitNs) {
        if (waitNs <= 0) {
            return NO_WAIT;
        }
        return waitNs == FOREVER ? NO_BOUND : waitNs;
    }

    /// Handlers may postpone again: what they add goes behind the `due` ones and waits for the next turn.
    private void deliverPostponed(final int due) {
        for (int i = 0; i < due; i++) {
            final Registration registration = postponed[i];
            final int events = registration.postponedEvents;
            registration.postponedEvents = 0;
            registration.deliver(events);
        }
        if (due > 0) {
            System.arraycopy(postponed, due, postponed, 0, postponedCount - due);
            Arrays.fill(postponed, postponedCount - due, postponedCount, null);
            postponedCount -= due;
        }
    }

    private void rethrow() {
        final Throwable thrown = failure;
        failure = null;
        if (thrown instanceof final Error error) {
            throw error;
        }
        throw (RuntimeException) thrown;
    }

    private static int errno(final UncheckedIOException e) {
        return e.getCause() instanceof final Errors.NativeIoException cause ? -cause.expectedErr() : Errno.EIO;
    }

    /// Netty wakes a thread that waits. One that is about to wait it expects to find a task, and we queue none: so
    /// the wish is kept in a flag, which Netty asks for after it has announced that it will wait.
    private static final class Waiter extends ManualIoEventLoop {
        private volatile boolean wokenUp;

        Waiter(final Thread owner) {
            super(owner, EpollIoHandler.newFactory(EVENTS_PER_TURN, DefaultSelectStrategyFactory.INSTANCE));
        }

        @Override
        protected boolean canBlock() {
            return !wokenUp;
        }
    }
}
