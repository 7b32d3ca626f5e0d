package dev.tailrace.tapio.epoll;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.LongSupplier;

/// The ports from which stacks of this process ask the host's loopback for their guests, so that such a client is not
/// taken for one of the host. A port counts for two minutes more after its socket is closed: the connection may wait
/// to be accepted, with all that the guest has sent. Shared by the stacks of a process, and safe for their threads.
public final class OwnLoopbackPorts {
    private static final int PORTS = 65_536;
    private static final int OPEN = Integer.MAX_VALUE;
    private static final int AFTER_CLOSE_SECONDS = 120;
    private static final long SECOND_NS = 1_000_000_000L;

    /// By port: the second until which it counts, from the beginning; 0 if it was never ours.
    private final AtomicIntegerArray until = new AtomicIntegerArray(PORTS);

    private final LongSupplier clock;
    private final long startNs;

    /// @param clock as [System#nanoTime]
    public OwnLoopbackPorts(final LongSupplier clock) {
        this.clock = clock;
        this.startNs = clock.getAsLong();
    }

    void open(final int port) {
        until.set(port, OPEN);
    }

    void close(final int port) {
        until.set(port, second() + AFTER_CLOSE_SECONDS);
    }

    /// Whether a client of this port on the loopback is, or may be, a guest.
    public boolean has(final int port) {
        return until.get(port) > second();
    }

    private int second() {
        return (int) ((clock.getAsLong() - startNs) / SECOND_NS);
    }
}
