package dev.tailrace.netstack.testkit;

import static dev.tailrace.netstack.testkit.Octets.i32;
import static dev.tailrace.netstack.testkit.Octets.sum;
import static dev.tailrace.netstack.testkit.Octets.u16;
import static dev.tailrace.netstack.testkit.Octets.u16Native;
import static dev.tailrace.netstack.testkit.Octets.u48;
import static dev.tailrace.netstack.testkit.Octets.u8;

/// Reads a frame that the stack emitted, as strictly as a kernel and stricter: a fault is an [AssertionError].
///
/// The rules for the virtio-net header are those of `virtio_net_hdr_to_skb` (linux/virtio_net.h).
public final class PacketParser {
    static final int VNET = 10;
    static final int ETHERNET = 14;
    private static final int NEEDS_CSUM = 1;
    private static final int GSO_NONE = 0;
    private static final int GSO_TCPV4 = 1;
    private static final int GSO_UDP_L4 = 5;
    private static final int SHORTEST_ETHERNET = 60;

    private final int mtu;

    /// @param mtu of the link: no packet but a super-segment is longer
    public PacketParser(final int mtu) {
        this.mtu = mtu;
    }

    /// Parses and checks one frame, virtio-net header first.
    public Packet parse(final byte[] frame) {
        final Packet packet = new Packet();
        packet.frame = frame;
        require(frame.length >= VNET + ETHERNET, "frame of %d bytes", frame.length);
        packet.destinationMac = u48(frame, VNET);
        packet.sourceMac = u48(frame, VNET + 6);
        packet.etherType = u16(frame, VNET + 12);
        final int gsoType = u8(frame, 1);
        packet.needsChecksum = (u8(frame, 0) & NEEDS_CSUM) != 0;
        packet.gsoSize = u16Native(frame, 4);
        require((u8(frame, 0) & ~NEEDS_CSUM) == 0, "vnet flags %d", u8(frame, 0));
        require(gsoType == GSO_NONE || packet.needsChecksum, "GSO type %d without NEEDS_CSUM", gsoType);
        require((gsoType == GSO_NONE) == (packet.gsoSize == 0), "gso_type %d, gso_size %d", gsoType, packet.gsoSize);
        switch (packet.etherType) {
            case Packet.ARP -> arp(packet);
            case Packet.IPV4 -> ipv4(packet, gsoType);
            default -> throw new AssertionError("EtherType 0x" + Integer.toHexString(packet.etherType));
        }
        return packet;
    }

    private static void arp(final Packet packet) {
        final byte[] frame = packet.frame;
        final int at = VNET + ETHERNET;
        require(frame.length >= at + 28, "ARP of %d bytes", frame.length);
        require(!packet.needsChecksum, "ARP with NEEDS_CSUM");
        require(i32(frame, at) == 0x0001_0800 && u16(frame, at + 4) == 0x0604, "ARP types of %d", i32(frame, at));
        packet.arpOperation = u16(frame, at + 6);
        packet.arpSender = i32(frame, at + 14);
        packet.arpTarget = i32(frame, at + 24);
        require(packet.arpOperation == 1 || packet.arpOperation == 2, "ARP operation %d", packet.arpOperation);
        require(u48(frame, at + 8) == packet.sourceMac, "ARP sender differs from the frame's");
        zeroes(frame, at + 28, frame.length, "ARP padding");
    }

    private void ipv4(final Packet packet, final int gsoType) {
        final byte[] frame = packet.frame;
        final int at = VNET + ETHERNET;
        require(frame.length >= at + 20, "IPv4 of %d bytes", frame.length);
        final int headerLength = (u8(frame, at) & 15) * 4;
        final int totalLength = u16(frame, at + 2);
        require(u8(frame, at) >>> 4 == 4 && headerLength >= 20, "version and header length 0x%x", u8(frame, at));
        require(totalLength >= headerLength && at + totalLength <= frame.length, "total length %d", totalLength);
        require(sum(frame, at, headerLength, 0) == 0xffff, "IPv4 header checksum 0x%x", u16(frame, at + 10));
        require(packet.gsoSize != 0 || totalLength <= mtu, "packet of %d bytes over the MTU", totalLength);
        final int trailing = frame.length - at - totalLength;
        require(trailing == 0 || frame.length - VNET <= SHORTEST_ETHERNET, "%d bytes after the packet", trailing);
        zeroes(frame, at + totalLength, frame.length, "Ethernet padding");
        packet.timeToLive = u8(frame, at + 8);
        packet.protocol = u8(frame, at + 9);
        packet.source = i32(frame, at + 12);
        packet.destination = i32(frame, at + 16);
        require(packet.timeToLive > 0, "time to live %d", packet.timeToLive);
        final int fragment = u16(frame, at + 6);
        final int transport = at + headerLength;
        final int length = totalLength - headerLength;
        if ((fragment & 0x3fff) != 0) {
            packet.payloadOffset = transport;
            packet.payloadLength = length;
            return;
        }
        switch (packet.protocol) {
            case Packet.TCP -> tcp(packet, transport, length, gsoType);
            case Packet.UDP -> udp(packet, transport, length, gsoType);
            case Packet.ICMP -> icmp(packet, transport, length);
            default -> throw new AssertionError("IP protocol " + packet.protocol);
        }
    }

    private static void icmp(final Packet packet, final int at, final int length) {
        require(length >= 8, "ICMP of %d bytes", length);
        require(!packet.needsChecksum, "ICMP with NEEDS_CSUM");
        require(sum(packet.frame, at, length, 0) == 0xffff, "ICMP checksum 0x%x", u16(packet.frame, at + 2));
        packet.icmpType = u8(packet.frame, at);
        packet.icmpCode = u8(packet.frame, at + 1);
        packet.payloadOffset = at + 8;
        packet.payloadLength = length - 8;
    }

    private static void udp(final Packet packet, final int at, final int length, final int gsoType) {
        require(length >= 8, "UDP of %d bytes", length);
        require(gsoType == GSO_NONE || gsoType == GSO_UDP_L4, "UDP with gso_type %d", gsoType);
        require(u16(packet.frame, at + 4) == length, "UDP length %d", u16(packet.frame, at + 4));
        checksum(packet, at, length, 6);
        packet.sourcePort = u16(packet.frame, at);
        packet.destinationPort = u16(packet.frame, at + 2);
        packet.payloadOffset = at + 8;
        packet.payloadLength = length - 8;
    }

    private static void tcp(final Packet packet, final int at, final int length, final int gsoType) {
        final byte[] frame = packet.frame;
        require(length >= 20, "TCP of %d bytes", length);
        require(gsoType == GSO_NONE || gsoType == GSO_TCPV4, "TCP with gso_type %d", gsoType);
        require(packet.needsChecksum, "TCP without NEEDS_CSUM");
        checksum(packet, at, length, 16);
        final int headerLength = u8(frame, at + 12) >>> 2 & 0x3c;
        require(headerLength >= 20 && headerLength <= length, "TCP header of %d bytes", headerLength);
        require((u8(frame, at + 12) & 15) == 0, "reserved bits %d", u8(frame, at + 12) & 15);
        packet.sourcePort = u16(frame, at);
        packet.destinationPort = u16(frame, at + 2);
        packet.seq = i32(frame, at + 4);
        packet.ack = i32(frame, at + 8);
        packet.flags = u8(frame, at + 13);
        packet.window = u16(frame, at + 14);
        packet.urgentPointer = u16(frame, at + 18);
        packet.payloadOffset = at + headerLength;
        packet.payloadLength = length - headerLength;
        options(packet, at + 20, at + headerLength);
        require(packet.sourcePort != 0 && packet.destinationPort != 0, "TCP port 0");
        require(packet.urgentPointer == 0, "urgent pointer %d", packet.urgentPointer);
        require((packet.flags & 0xe0) == 0, "flags 0x%x", packet.flags);
        require(packet.has(Packet.ACK) || packet.ack == 0, "acknowledgement without ACK");
        final int headerBytes = at - VNET + headerLength;
        final int told = u16Native(frame, 2);
        require(gsoType == GSO_NONE || told == 0 || told == headerBytes, "hdr_len %d", told);
        require(packet.gsoSize == 0 || packet.payloadLength > packet.gsoSize, "super-segment of one segment");
        require(packet.gsoSize == 0 || !packet.has(Packet.SYN), "SYN in a super-segment");
    }

    private static void options(final Packet packet, final int from, final int to) {
        final byte[] frame = packet.frame;
        int at = from;
        while (at < to) {
            final int kind = u8(frame, at);
            if (kind == 0) {
                zeroes(frame, at, to, "TCP option padding");
                return;
            }
            final int length = kind == 1 ? 1 : u8(frame, at + 1);
            require(length > 0 && at + length <= to, "TCP option of %d bytes", length);
            switch (kind) {
                case 1 -> {}
                case 2 -> packet.mss = u16(frame, at + 2);
                case 3 -> packet.windowScale = u8(frame, at + 2);
                case 4 -> {
                    require(length == 2, "SACK-permitted of %d bytes", length);
                    packet.isSackPermitted = true;
                }
                case 5 -> {
                    require(length > 2 && length % 8 == 2, "SACK of %d bytes", length);
                    packet.sack = Octets.integers(frame, at + 2, at + length);
                }
                default -> packet.hasOtherOptions = true;
            }
            at += length;
        }
    }

    /// A partial checksum must be the folded pseudo-header sum at the place told; a full one must hold.
    private static void checksum(final Packet packet, final int at, final int length, final int fieldOffset) {
        final byte[] frame = packet.frame;
        final int pseudo = Octets.pseudoHeader(packet.source, packet.destination, packet.protocol, length);
        final int field = u16(frame, at + fieldOffset);
        if (packet.needsChecksum) {
            require(u16Native(frame, 6) == at - VNET, "csum_start %d", u16Native(frame, 6));
            require(u16Native(frame, 8) == fieldOffset, "csum_offset %d", u16Native(frame, 8));
            require(field == pseudo, "partial checksum 0x%x", field);
        } else {
            final boolean isAbsent = packet.protocol == Packet.UDP && field == 0;
            require(isAbsent || sum(frame, at, length, pseudo) == 0xffff, "checksum 0x%x", field);
        }
    }

    private static void zeroes(final byte[] frame, final int from, final int to, final String what) {
        for (int at = from; at < to; at++) {
            require(frame[at] == 0, what + " is not zero at %d", at);
        }
    }

    private static void require(final boolean condition, final String message) {
        if (!condition) {
            throw new AssertionError("malformed frame: " + message);
        }
    }

    private static void require(final boolean condition, final String format, final int value) {
        if (!condition) {
            throw new AssertionError("malformed frame: " + String.format(format, value));
        }
    }

    private static void require(final boolean condition, final String format, final int first, final int second) {
        if (!condition) {
            throw new AssertionError("malformed frame: " + String.format(format, first, second));
        }
    }
}
