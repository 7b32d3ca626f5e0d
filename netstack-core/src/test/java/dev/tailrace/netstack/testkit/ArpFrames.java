package dev.tailrace.netstack.testkit;

/// ARP frames of a guest (RFC 826), virtio-net header first.
public final class ArpFrames {
    private static final int AT = PacketParser.VNET + PacketParser.ETHERNET;
    private static final long BROADCAST = 0xffff_ffff_ffffL;

    private ArpFrames() {}

    /// Who has `target`?
    public static byte[] request(final long mac, final int address, final int target) {
        return frame(1, mac, BROADCAST, address, 0, target);
    }

    static byte[] reply(final long mac, final int address, final Packet request) {
        return frame(2, mac, request.sourceMac, address, request.sourceMac, request.arpSender);
    }

    private static byte[] frame(
            final int operation,
            final long mac,
            final long to,
            final int address,
            final long targetMac,
            final int target) {
        final byte[] frame = new byte[AT + 28];
        Octets.put48(frame, PacketParser.VNET, to);
        Octets.put48(frame, PacketParser.VNET + 6, mac);
        Octets.put16(frame, PacketParser.VNET + 12, Packet.ARP);
        Octets.put32(frame, AT, 0x0001_0800);
        Octets.put16(frame, AT + 4, 0x0604);
        Octets.put16(frame, AT + 6, operation);
        Octets.put48(frame, AT + 8, mac);
        Octets.put32(frame, AT + 14, address);
        Octets.put48(frame, AT + 18, targetMac);
        Octets.put32(frame, AT + 24, target);
        return frame;
    }
}
