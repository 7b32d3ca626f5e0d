package dev.tailrace.netstack.testkit;

/// Reads frames without judging them: those of a guest, and those cut short for a trace.
final class Lenient {
    private Lenient() {}

    static Packet parse(final byte[] frame, final int length) {
        final Packet packet = new Packet();
        packet.frame = frame;
        final int ip = PacketParser.VNET + PacketParser.ETHERNET;
        packet.gsoSize = Octets.u16Native(frame, 4);
        packet.destinationMac = Octets.u48(frame, PacketParser.VNET);
        packet.sourceMac = Octets.u48(frame, PacketParser.VNET + 6);
        packet.etherType = Octets.u16(frame, PacketParser.VNET + 12);
        if (packet.etherType == Packet.ARP && frame.length >= ip + 28) {
            packet.arpOperation = Octets.u16(frame, ip + 6);
            packet.arpSender = Octets.i32(frame, ip + 14);
            packet.arpTarget = Octets.i32(frame, ip + 24);
        } else if (packet.etherType == Packet.IPV4 && frame.length >= ip + 20) {
            ipv4(packet, ip, length);
        }
        return packet;
    }

    private static void ipv4(final Packet packet, final int ip, final int length) {
        final byte[] frame = packet.frame;
        packet.protocol = Octets.u8(frame, ip + 9);
        packet.source = Octets.i32(frame, ip + 12);
        packet.destination = Octets.i32(frame, ip + 16);
        final int at = ip + (Octets.u8(frame, ip) & 15) * 4;
        packet.payloadLength = length - at;
        if (packet.protocol == Packet.ICMP && frame.length >= at + 8) {
            packet.icmpType = Octets.u8(frame, at);
            packet.icmpCode = Octets.u8(frame, at + 1);
        } else if (packet.protocol == Packet.TCP && frame.length >= at + 20) {
            packet.sourcePort = Octets.u16(frame, at);
            packet.destinationPort = Octets.u16(frame, at + 2);
            packet.seq = Octets.i32(frame, at + 4);
            packet.ack = Octets.i32(frame, at + 8);
            packet.flags = Octets.u8(frame, at + 13);
            packet.window = Octets.u16(frame, at + 14);
            final int headerLength = Octets.u8(frame, at + 12) >>> 2 & 0x3c;
            packet.payloadOffset = at + headerLength;
            packet.payloadLength = ip + Octets.u16(frame, ip + 2) - at - headerLength;
            options(packet, at + 20, Math.min(at + headerLength, frame.length));
        }
    }

    private static void options(final Packet packet, final int from, final int to) {
        int at = from;
        while (at < to && packet.frame[at] != 0) {
            final int kind = packet.frame[at];
            if (kind == 2) {
                packet.mss = Octets.u16(packet.frame, at + 2);
            } else if (kind == 3) {
                packet.windowScale = Octets.u8(packet.frame, at + 2);
            } else if (kind == 4) {
                packet.isSackPermitted = true;
            } else if (kind == 5) {
                packet.sack = Octets.integers(packet.frame, at + 2, at + Octets.u8(packet.frame, at + 1));
            }
            at += kind == 1 ? 1 : Math.max(2, Octets.u8(packet.frame, at + 1));
        }
    }

    static String describe(final byte[] frame, final int length) {
        return parse(frame, length).toString();
    }
}
