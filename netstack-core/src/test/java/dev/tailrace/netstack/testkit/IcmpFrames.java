package dev.tailrace.netstack.testkit;

/// ICMP errors that a guest sends about a segment of the stack, virtio-net header first.
public final class IcmpFrames {
    private static final int IP = PacketParser.VNET + PacketParser.ETHERNET;
    private static final int QUOTED_BYTES = 28;

    private IcmpFrames() {}

    /// Destination unreachable about a segment that the stack sent to `from`'s port.
    ///
    /// @param from the connection from the guest's side
    public static byte[] unreachable(final FrameAddresses from, final int code, final int quotedSeq) {
        final byte[] frame = new byte[IP + 20 + 8 + QUOTED_BYTES];
        Octets.put48(frame, PacketParser.VNET, from.destinationMac());
        Octets.put48(frame, PacketParser.VNET + 6, from.sourceMac());
        Octets.put16(frame, PacketParser.VNET + 12, Packet.IPV4);
        header(frame, IP, 28 + QUOTED_BYTES, Packet.ICMP, from.source(), from.destination());
        final int icmp = IP + 20;
        frame[icmp] = 3;
        frame[icmp + 1] = (byte) code;
        header(frame, icmp + 8, 40, Packet.TCP, from.destination(), from.source());
        Octets.put16(frame, icmp + 28, from.destinationPort());
        Octets.put16(frame, icmp + 30, from.sourcePort());
        Octets.put32(frame, icmp + 32, quotedSeq);
        Octets.put16(frame, icmp + 2, ~Octets.sum(frame, icmp, 8 + QUOTED_BYTES, 0));
        return frame;
    }

    private static void header(
            final byte[] frame, final int at, final int length, final int protocol, final int from, final int to) {
        frame[at] = 0x45;
        Octets.put16(frame, at + 2, length);
        frame[at + 8] = 64;
        frame[at + 9] = (byte) protocol;
        Octets.put32(frame, at + 12, from);
        Octets.put32(frame, at + 16, to);
        Octets.put16(frame, at + 10, ~Octets.sum(frame, at, 20, 0));
    }
}
