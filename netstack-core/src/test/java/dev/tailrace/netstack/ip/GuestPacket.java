package dev.tailrace.netstack.ip;

/// One datagram or ICMP message as the guest's kernel would deliver it: segmented, reassembled, checksums verified.
public record GuestPacket(
        long destinationMac,
        int protocol,
        int source,
        int destination,
        int ttl,
        int sourcePort,
        int destinationPort,
        byte[] payload) {
    /// ICMP: type.
    public int type() {
        return payload[0] & 0xff;
    }

    /// ICMP: code.
    public int code() {
        return payload[1] & 0xff;
    }

    /// ICMP: the big-endian number at an offset of the message.
    public int number16(final int offset) {
        return (payload[offset] & 0xff) << 8 | payload[offset + 1] & 0xff;
    }

    /// ICMP error: the big-endian number at an offset of the quoted packet.
    public int quoted16(final int offset) {
        return number16(8 + offset);
    }

    /// ICMP error: the same with four bytes.
    public int quoted32(final int offset) {
        return quoted16(offset) << 16 | quoted16(offset + 2);
    }
}
