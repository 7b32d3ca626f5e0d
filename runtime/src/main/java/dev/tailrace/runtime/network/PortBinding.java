package dev.tailrace.runtime.network;

/// A published port.
///
/// @param hostAddress to listen on, a literal; empty for all addresses of both families
/// @param hostPort 0 for one that is free
public record PortBinding(Protocol protocol, int containerPort, String hostAddress, int hostPort) {
    /// Of a port.
    public enum Protocol {
        TCP,
        UDP
    }
}
