package dev.tailrace.netstack.host;

/// A listening TCP socket of the host, made by [HostSockets#listen].
public interface HostListener {
    /// Stops listening; accepted connections stay. Idempotent.
    void close();
}
