package dev.tailrace.tapio.epoll;

import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.unix.FileDescriptor;
import org.jspecify.annotations.Nullable;

/// A descriptor that an [EpollLoop] watches. Made by [EpollLoop#register]; owned by the loop's thread.
public final class Registration {
    private static final long BEFORE_ANY_TURN = -1;

    private final EpollLoop loop;
    private final ReadyHandler handler;
    private final long madeInTurn;
    final Handle handle;

    @Nullable
    IoRegistration netty;

    boolean active = true;
    int postponedEvents;

    Registration(final EpollLoop loop, final int fd, final ReadyHandler handler) {
        this.loop = loop;
        this.handler = handler;
        this.madeInTurn = loop.isDispatching() ? loop.turn() : BEFORE_ANY_TURN;
        this.handle = new Handle(fd);
    }

    /// The descriptor.
    public int fd() {
        return handle.fd.intValue();
    }

    /// Whether [EpollLoop#deregister] has not been called yet.
    public boolean isActive() {
        return active;
    }

    // hot path
    void deliver(final int events) {
        if (!active || madeInTurn == loop.turn()) {
            return;
        }
        try {
            handler.onReady(events);
        } catch (final RuntimeException | Error e) {
            loop.failed(e);
        }
    }

    /// What Netty sees. It never closes the descriptor: that belongs to whoever registered it.
    final class Handle implements EpollIoHandle {
        private final FileDescriptor fd;

        private Handle(final int fd) {
            this.fd = new FileDescriptor(fd);
        }

        @Override
        public FileDescriptor fd() {
            return fd;
        }

        @Override
        public void handle(final IoRegistration registration, final IoEvent event) {
            deliver(((EpollIoEvent) event).ops().value());
        }

        @Override
        public void close() {
            active = false;
        }
    }
}
