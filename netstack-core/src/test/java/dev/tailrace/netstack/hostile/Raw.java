package dev.tailrace.netstack.hostile;

/// Octets of a frame in an array, big-endian, and its checksums; independent of what the stack uses.
/// Offsets count from the virtio-net header on.
public final class Raw {
    public static final int ETHERNET = 10;
    public static final int ETHER_TYPE = 22;
    public static final int IP = 24;
    /// Start of the transport header behind an IPv4 header without options.
    public static final int TRANSPORT = 44;

    private Raw() {}

    public static int u8(final byte[] bytes, final int offset) {
        return bytes[offset] & 0xff;
    }

    public static int u16(final byte[] bytes, final int offset) {
        return u8(bytes, offset) << 8 | u8(bytes, offset + 1);
    }

    public static int i32(final byte[] bytes, final int offset) {
        return u16(bytes, offset) << 16 | u16(bytes, offset + 2);
    }

    public static byte[] put8(final byte[] bytes, final int offset, final int value) {
        bytes[offset] = (byte) value;
        return bytes;
    }

    public static byte[] put16(final byte[] bytes, final int offset, final int value) {
        bytes[offset] = (byte) (value >>> 8);
        bytes[offset + 1] = (byte) value;
        return bytes;
    }

    /// 16 bits in the machine's order, as the virtio-net header has them; both targets are little-endian.
    public static byte[] putNative16(final byte[] bytes, final int offset, final int value) {
        bytes[offset] = (byte) value;
        bytes[offset + 1] = (byte) (value >>> 8);
        return bytes;
    }

    public static byte[] put32(final byte[] bytes, final int offset, final int value) {
        put16(bytes, offset, value >>> 16);
        return put16(bytes, offset + 2, value);
    }

    public static byte[] put48(final byte[] bytes, final int offset, final long value) {
        put16(bytes, offset, (int) (value >>> 32));
        return put32(bytes, offset + 2, (int) value);
    }

    /// Ones' complement sum of 16-bit words, folded, not complemented (RFC 1071).
    public static int sum(final byte[] bytes, final int offset, final int length, final long initial) {
        long sum = initial;
        for (int index = 0; index + 1 < length; index += 2) {
            sum += u16(bytes, offset + index);
        }
        if ((length & 1) != 0) {
            sum += u8(bytes, offset + length - 1) << 8;
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return (int) sum;
    }

    /// Makes the checksum of the IPv4 header right, as far as the frame has one.
    public static byte[] fixIp(final byte[] frame, final int length) {
        if (length < IP + 20) {
            return frame;
        }
        final int headerLength = (u8(frame, IP) & 15) * 4;
        if (headerLength >= 20 && IP + headerLength <= length) {
            put16(frame, IP + 10, 0);
            put16(frame, IP + 10, ~sum(frame, IP, headerLength, 0));
        }
        return frame;
    }

    /// Makes the checksum of a TCP segment, UDP datagram or ICMP message right, as far as the packet has room for it.
    public static byte[] fixTransport(final byte[] frame, final int length) {
        if (length < IP + 20) {
            return frame;
        }
        final int at = IP + (u8(frame, IP) & 15) * 4;
        final int end = Math.min(length, IP + u16(frame, IP + 2));
        final int protocol = u8(frame, IP + 9);
        final int field = at + (protocol == 6 ? 16 : protocol == 17 ? 6 : 2);
        if (field + 2 > end || (protocol != 6 && protocol != 17 && protocol != 1)) {
            return frame;
        }
        put16(frame, field, 0);
        final long pseudo = protocol == 1 ? 0 : pseudoHeader(frame, protocol, end - at);
        final int checksum = ~sum(frame, at, end - at, pseudo) & 0xffff;
        return put16(frame, field, protocol == 17 && checksum == 0 ? 0xffff : checksum);
    }

    /// Both checksums of a whole frame.
    public static byte[] fix(final byte[] frame) {
        return fixTransport(fixIp(frame, frame.length), frame.length);
    }

    private static long pseudoHeader(final byte[] frame, final int protocol, final int length) {
        return (long) sum(frame, IP + 12, 8, 0) + protocol + length;
    }
}
