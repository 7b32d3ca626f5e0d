package dev.tailrace.tapio.capture;

import dev.tailrace.netstack.wire.EtherType;
import dev.tailrace.netstack.wire.EthernetFlyweight;
import dev.tailrace.netstack.wire.IpAddress;
import dev.tailrace.netstack.wire.IpProtocol;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;

/// What a filter asks of a frame, read once from its headers. Nothing in them is trusted: what is cut short is absent.
final class FrameFields {
    static final int NO_PROTOCOL = -1;
    static final int NO_PORT = -1;

    /// Offsets of RFC 791 section 3.1, RFC 8200 sections 3 and 4, RFC 826.
    private static final int IPV4_LENGTH = 20;

    private static final int IPV4_FRAGMENT = 6;
    private static final int IPV4_PROTOCOL = 9;
    private static final int IPV4_SOURCE = 12;
    private static final int IPV4_DESTINATION = 16;
    private static final int FRAGMENT_OFFSET_MASK = 0x1fff;
    private static final int IPV6_LENGTH = 40;
    private static final int IPV6_NEXT = 6;
    private static final int IPV6_SOURCE = 8;
    private static final int IPV6_DESTINATION = 24;
    private static final int HOP_BY_HOP = 0;
    private static final int ROUTING = 43;
    private static final int FRAGMENT = 44;
    private static final int DESTINATION_OPTIONS = 60;
    private static final int MAX_EXTENSIONS = 8;
    private static final int ARP_SENDER = 14;
    private static final int ARP_TARGET = 24;
    private static final int ARP_LENGTH = 28;

    int etherType;
    int protocol;
    boolean hasAddresses;
    long sourceHi;
    long sourceLo;
    long destinationHi;
    long destinationLo;
    int sourcePort;
    int destinationPort;

    /// Reads the headers of the frame at `offset`, without a vnet header.
    // hot path while a capture runs
    void read(final DirectBuffer frame, final int offset, final int length) {
        etherType = 0;
        protocol = NO_PROTOCOL;
        hasAddresses = false;
        sourcePort = NO_PORT;
        destinationPort = NO_PORT;
        if (length < EthernetFlyweight.HEADER_LENGTH) {
            return;
        }
        etherType = unsigned(frame, offset + EthernetFlyweight.HEADER_LENGTH - Short.BYTES);
        final int start = offset + EthernetFlyweight.HEADER_LENGTH;
        final int available = length - EthernetFlyweight.HEADER_LENGTH;
        switch (etherType) {
            case EtherType.IPV4 -> readIpv4(frame, start, available);
            case EtherType.IPV6 -> readIpv6(frame, start, available);
            case EtherType.ARP -> readArp(frame, start, available);
            default -> {}
        }
    }

    private void readIpv4(final DirectBuffer frame, final int start, final int available) {
        if (available < IPV4_LENGTH) {
            return;
        }
        ipv4Addresses(frame, start + IPV4_SOURCE, start + IPV4_DESTINATION);
        protocol = frame.getByte(start + IPV4_PROTOCOL) & 0xff;
        final int headerLength = (frame.getByte(start) & 0xf) * Integer.BYTES;
        if ((unsigned(frame, start + IPV4_FRAGMENT) & FRAGMENT_OFFSET_MASK) == 0) {
            readPorts(frame, start + headerLength, available - headerLength);
        }
    }

    private void readIpv6(final DirectBuffer frame, final int start, final int available) {
        if (available < IPV6_LENGTH) {
            return;
        }
        hasAddresses = true;
        sourceHi = frame.getLong(start + IPV6_SOURCE, ByteOrder.BIG_ENDIAN);
        sourceLo = frame.getLong(start + IPV6_SOURCE + Long.BYTES, ByteOrder.BIG_ENDIAN);
        destinationHi = frame.getLong(start + IPV6_DESTINATION, ByteOrder.BIG_ENDIAN);
        destinationLo = frame.getLong(start + IPV6_DESTINATION + Long.BYTES, ByteOrder.BIG_ENDIAN);
        int next = frame.getByte(start + IPV6_NEXT) & 0xff;
        int at = IPV6_LENGTH;
        boolean isFirst = true;
        for (int i = 0; i < MAX_EXTENSIONS && isExtension(next) && available - at >= Long.BYTES; i++) {
            final int length = next == FRAGMENT ? 8 : ((frame.getByte(start + at + 1) & 0xff) + 1) * 8;
            isFirst &= next != FRAGMENT || (unsigned(frame, start + at + 2) & 0xfff8) == 0;
            next = frame.getByte(start + at) & 0xff;
            at += length;
        }
        protocol = next;
        if (isFirst) {
            readPorts(frame, start + at, available - at);
        }
    }

    private void readArp(final DirectBuffer frame, final int start, final int available) {
        if (available >= ARP_LENGTH) {
            ipv4Addresses(frame, start + ARP_SENDER, start + ARP_TARGET);
        }
    }

    private void ipv4Addresses(final DirectBuffer frame, final int source, final int destination) {
        hasAddresses = true;
        sourceHi = IpAddress.IPV4_HI;
        sourceLo = IpAddress.ipv4Lo(frame.getInt(source, ByteOrder.BIG_ENDIAN));
        destinationHi = IpAddress.IPV4_HI;
        destinationLo = IpAddress.ipv4Lo(frame.getInt(destination, ByteOrder.BIG_ENDIAN));
    }

    private void readPorts(final DirectBuffer frame, final int at, final int available) {
        if ((protocol == IpProtocol.TCP || protocol == IpProtocol.UDP) && available >= 2 * Short.BYTES) {
            sourcePort = unsigned(frame, at);
            destinationPort = unsigned(frame, at + Short.BYTES);
        }
    }

    private static boolean isExtension(final int next) {
        return next == HOP_BY_HOP || next == ROUTING || next == FRAGMENT || next == DESTINATION_OPTIONS;
    }

    private static int unsigned(final DirectBuffer frame, final int at) {
        return frame.getShort(at, ByteOrder.BIG_ENDIAN) & 0xffff;
    }
}
