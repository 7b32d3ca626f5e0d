package dev.tailrace.tapio.slirp;

import dev.tailrace.netstack.wire.IpLiteral;
import org.jspecify.annotations.Nullable;

/// What the option parser asks of the machine.
interface HostProbe {
    /// Whether `path` exists, by `access(path, F_OK)`.
    ///
    /// @return 0 or the positive errno
    int access(String path);

    /// The first IPv4 address of a network interface as a number in network order, or 0 when there is none.
    int interfaceAddress(String name);

    /// The first global IPv6 address of a network interface that may be sent from, or null when there is none.
    @Nullable
    IpLiteral interfaceAddress6(String name);
}
