package dev.tailrace.netstack.hostile;

import java.nio.ByteBuffer;

/// Well-formed IPv6 frames of a guest with full checksums, virtio-net header first, for tests to spoil.
public final class Frames6 {
    /// Upper half of the guest's prefix, fd00::/64.
    public static final long PREFIX = 0xfd00_0000_0000_0000L;

    public static final long GUEST_LO = 0x100;
    public static final long GATEWAY_LO = 2;
    public static final long NAME_SERVER_LO = 3;

    /// A server beyond the host, in the block for documentation (RFC 3849).
    public static final long SERVER_HI = 0x2001_0db8_0000_0000L;

    public static final long SERVER_LO = 7;

    public static final int TRANSPORT = Raw.IP + 40;
    public static final int SOURCE = Raw.IP + 8;
    public static final int DESTINATION = Raw.IP + 24;

    static final int TCP = 6;
    static final int UDP = 17;
    static final int FRAGMENT = 44;
    static final int ICMPV6 = 58;

    private Frames6() {}

    /// A packet to [#SERVER_HI]; `payload` is all that follows the IPv6 header.
    public static byte[] packet(final int nextHeader, final byte... payload) {
        final byte[] frame = Frames.ethernet(0x86dd, 40 + payload.length);
        Raw.put8(frame, Raw.IP, 0x60);
        Raw.put16(frame, Raw.IP + 4, payload.length);
        Raw.put8(frame, Raw.IP + 6, nextHeader);
        Raw.put8(frame, Raw.IP + 7, 64);
        putAddress(frame, SOURCE, PREFIX, GUEST_LO);
        putAddress(frame, DESTINATION, SERVER_HI, SERVER_LO);
        System.arraycopy(payload, 0, frame, TRANSPORT, payload.length);
        return frame;
    }

    /// A packet with one extension header in front of its payload.
    public static byte[] behind(final int extension, final byte[] header, final int protocol, final byte[] transport) {
        final byte[] payload = ByteBuffer.allocate(header.length + transport.length)
                .put(header)
                .put(transport)
                .array();
        payload[0] = (byte) protocol;
        return fix(packet(extension, payload), TRANSPORT + header.length, protocol);
    }

    public static byte[] putAddress(final byte[] frame, final int offset, final long hi, final long lo) {
        ByteBuffer.wrap(frame).putLong(offset, hi).putLong(offset + 8, lo);
        return frame;
    }

    /// The frame to another destination.
    public static byte[] to(final byte[] frame, final long hi, final long lo) {
        return fix(putAddress(frame, DESTINATION, hi, lo));
    }

    /// The frame from another source.
    public static byte[] from(final byte[] frame, final long hi, final long lo) {
        return fix(putAddress(frame, SOURCE, hi, lo));
    }

    public static byte[] udp(final int sourcePort, final int port, final byte... payload) {
        return fix(packet(UDP, udpBytes(sourcePort, port, payload)));
    }

    /// A UDP header and payload, the checksum still to be made.
    static byte[] udpBytes(final int sourcePort, final int port, final byte... payload) {
        final byte[] datagram = new byte[8 + payload.length];
        Raw.put16(datagram, 0, sourcePort);
        Raw.put16(datagram, 2, port);
        Raw.put16(datagram, 4, datagram.length);
        System.arraycopy(payload, 0, datagram, 8, payload.length);
        return datagram;
    }

    public static byte[] tcp(final int sourcePort, final int flags, final int sequence, final int acknowledgement) {
        final byte[] segment = new byte[20];
        Raw.put16(segment, 0, sourcePort);
        Raw.put16(segment, 2, 80);
        Raw.put32(segment, 4, sequence);
        Raw.put32(segment, 8, acknowledgement);
        Raw.put8(segment, 12, 0x50);
        Raw.put8(segment, 13, flags);
        Raw.put16(segment, 14, 0xffff);
        return fix(packet(TCP, segment));
    }

    public static byte[] icmp(final int type, final int code, final int rest, final byte... data) {
        final byte[] message = new byte[8 + data.length];
        Raw.put8(message, 0, type);
        Raw.put8(message, 1, code);
        Raw.put32(message, 4, rest);
        System.arraycopy(data, 0, message, 8, data.length);
        return fix(packet(ICMPV6, message));
    }

    /// A neighbour discovery message with hop limit 255; `data` follows the first 8 bytes.
    public static byte[] ndp(final int type, final long toHi, final long toLo, final byte... data) {
        return to(Raw.put8(icmp(type, 0, 0, data), Raw.IP + 7, 255), toHi, toLo);
    }

    /// A target address and the options behind it.
    public static byte[] target(final long hi, final long lo, final byte... options) {
        return ByteBuffer.allocate(16 + options.length)
                .putLong(hi)
                .putLong(lo)
                .put(options)
                .array();
    }

    /// A piece of a datagram, `offset` in bytes.
    public static byte[] fragment(
            final int protocol,
            final int identification,
            final int offset,
            final boolean isMore,
            final byte... payload) {
        final byte[] packet = new byte[8 + payload.length];
        Raw.put8(packet, 0, protocol);
        Raw.put16(packet, 2, offset | (isMore ? 1 : 0));
        Raw.put32(packet, 4, identification);
        System.arraycopy(payload, 0, packet, 8, payload.length);
        return packet(FRAGMENT, packet);
    }

    /// Makes the checksum right of a packet without extension headers.
    public static byte[] fix(final byte[] frame) {
        return fix(frame, TRANSPORT, Raw.u8(frame, Raw.IP + 6));
    }

    static byte[] fix(final byte[] frame, final int transport, final int protocol) {
        final int field = transport + (protocol == TCP ? 16 : protocol == UDP ? 6 : 2);
        final boolean isSummed = protocol == TCP || protocol == UDP || protocol == ICMPV6;
        if (!isSummed || field + 2 > frame.length) {
            return frame;
        }
        Raw.put16(frame, field, 0);
        final int checksum = ~sum(frame, transport, protocol) & 0xffff;
        return Raw.put16(frame, field, protocol == UDP && checksum == 0 ? 0xffff : checksum);
    }

    /// Sum over pseudo-header and transport, not complemented: 0xffff when the checksum in it is right.
    static int sum(final byte[] frame, final int transport, final int protocol) {
        final int length = frame.length - transport;
        return Raw.sum(frame, transport, length, (long) Raw.sum(frame, SOURCE, 32, 0) + protocol + length);
    }
}
