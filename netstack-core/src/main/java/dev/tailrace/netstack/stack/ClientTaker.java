package dev.tailrace.netstack.stack;

import dev.tailrace.netstack.host.HostStream;

/// Leads clients of a forwarded port to the guest by another way than the link.
@FunctionalInterface
public interface ClientTaker {
    /// Takes a client over, if it wants it.
    ///
    /// @param stream to be detached by who takes it ([HostStream#detach])
    /// @return whether it is taken; if not, it goes the usual way
    boolean take(HostStream stream, long peerHi, long peerLo, int peerPort);
}
