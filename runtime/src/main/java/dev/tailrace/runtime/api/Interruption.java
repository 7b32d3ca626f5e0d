package dev.tailrace.runtime.api;

/// Interrupts the worker when its client goes away, until its end; never after it, when the thread has other work.
final class Interruption {
    private final Thread thread = Thread.currentThread();

    // Guarded by this.
    private boolean isOpen = true;

    Interruption(final Exchange exchange) {
        exchange.onCancel(this::interrupt);
    }

    /// Nothing is interrupted from now on.
    synchronized void end() {
        isOpen = false;
        Thread.interrupted();
    }

    private synchronized void interrupt() {
        if (isOpen) {
            thread.interrupt();
        }
    }
}
