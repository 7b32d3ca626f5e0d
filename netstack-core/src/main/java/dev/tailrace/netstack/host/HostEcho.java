package dev.tailrace.netstack.host;

import org.agrona.DirectBuffer;

/// One ICMP echo socket of the host (`SOCK_DGRAM`, `IPPROTO_ICMP`), allowed by `net.ipv4.ping_group_range`.
public interface HostEcho {
    /// Sends one echo request; the kernel puts its own identifier and checksum in.
    ///
    /// @param offset start of the ICMP header (type, code, checksum, identifier, sequence, data)
    /// @return 0, or a negated errno
    int send(DirectBuffer buffer, int offset, int length, long addressHi, long addressLo, int hopLimit);

    /// Closes the socket. No listener call follows. Idempotent.
    void close();
}
