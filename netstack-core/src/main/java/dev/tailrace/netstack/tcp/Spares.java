package dev.tailrace.netstack.tcp;

import java.util.ArrayDeque;
import java.util.function.Supplier;

/// Objects that few flows need at a time, kept for the next one, so that none is made on the frame path once as many
/// exist as were ever needed together. Owned by the stack's thread.
final class Spares<T> {
    private final ArrayDeque<T> idle = new ArrayDeque<>();
    private final Supplier<T> maker;

    Spares(final Supplier<T> maker) {
        this.maker = maker;
    }

    T take() {
        final T spare = idle.pollLast();
        return spare == null ? maker.get() : spare;
    }

    /// Takes one back that its user has made empty.
    void put(final T spare) {
        idle.addLast(spare);
    }
}
