package dev.tailrace.netstack.ip;

import org.agrona.DirectBuffer;

/// Sends packets other than TCP towards the guest. Never throws; what cannot be sent is counted and dropped.
public interface IpEgress {
    /// Sends a UDP datagram, or a run of datagrams of `segmentBytes` each (the last may be shorter).
    ///
    /// @param length payload length in bytes, 0 to 65,507 for a single datagram
    /// @param segmentBytes 0 for a single datagram
    /// @param hopLimit TTL or hop limit to write
    void udp(
            long sourceHi,
            long sourceLo,
            int sourcePort,
            long destinationHi,
            long destinationLo,
            int destinationPort,
            DirectBuffer payload,
            int offset,
            int length,
            int segmentBytes,
            int hopLimit);

    /// Sends a whole ICMP message whose checksum is already in place.
    void icmp(
            long sourceHi,
            long sourceLo,
            long destinationHi,
            long destinationLo,
            DirectBuffer message,
            int offset,
            int length,
            int hopLimit);

    /// Answers a packet of the guest with an ICMP error that quotes it (RFC 792, RFC 1812 section 4.3.2): never
    /// about an ICMP error, a fragment but the first, or a packet from or to a broadcast or multicast address; rate
    /// limited.
    ///
    /// @param type ICMPv4 type (3 unreachable, 11 time exceeded)
    /// @param code ICMPv4 code
    /// @param mtu next-hop MTU for type 3 code 4, else 0
    /// @param offenderHi source address of the error; both halves 0 for the gateway
    /// @param packet starts with the guest's IP header
    /// @param length bytes of the packet that there are; at most 548 are quoted
    void icmpError(
            int type,
            int code,
            int mtu,
            long offenderHi,
            long offenderLo,
            DirectBuffer packet,
            int offset,
            int length,
            long nowNs);
}
