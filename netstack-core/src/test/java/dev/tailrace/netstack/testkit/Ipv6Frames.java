package dev.tailrace.netstack.testkit;

import static dev.tailrace.netstack.testkit.Octets.put16;
import static dev.tailrace.netstack.testkit.Octets.put16Native;
import static dev.tailrace.netstack.testkit.Octets.put48;
import static dev.tailrace.netstack.testkit.Octets.sum;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.List;

/// Makes and reads IPv6 frames, with code of its own: addresses are 16 bytes read by the platform.
public final class Ipv6Frames {
    public static final int VNET = 10;
    public static final int IP = 24;
    public static final int TRANSPORT = 64;
    public static final int ICMPV6 = 58;
    public static final int UDP = 17;
    public static final int TCP = 6;

    private Ipv6Frames() {}

    /// An IPv6 address as 16 bytes.
    public static byte[] address(final String text) {
        try {
            return ((Inet6Address) InetAddress.getByName(text)).getAddress();
        } catch (final UnknownHostException e) {
            throw new AssertionError(text, e);
        }
    }

    public static long hi(final String text) {
        return ByteBuffer.wrap(address(text)).getLong(0);
    }

    public static long lo(final String text) {
        return ByteBuffer.wrap(address(text)).getLong(8);
    }

    /// A frame with a zeroed virtio-net header: payload is all that follows the IPv6 header.
    public static byte[] frame(
            final long destinationMac,
            final long sourceMac,
            final String source,
            final String destination,
            final int nextHeader,
            final int hopLimit,
            final byte[] payload) {
        final byte[] frame = new byte[TRANSPORT + payload.length];
        put48(frame, VNET, destinationMac);
        put48(frame, VNET + 6, sourceMac);
        put16(frame, VNET + 12, 0x86dd);
        frame[IP] = 0x60;
        put16(frame, IP + 4, payload.length);
        frame[IP + 6] = (byte) nextHeader;
        frame[IP + 7] = (byte) hopLimit;
        System.arraycopy(address(source), 0, frame, IP + 8, 16);
        System.arraycopy(address(destination), 0, frame, IP + 24, 16);
        System.arraycopy(payload, 0, frame, TRANSPORT, payload.length);
        return frame;
    }

    /// Writes the transport's checksum of a frame without extension headers.
    public static byte[] summed(final byte[] frame, final int protocol, final int fieldOffset) {
        return summed(frame, TRANSPORT, protocol, fieldOffset);
    }

    /// Writes the transport's checksum of a frame whose transport header is at `transport`.
    public static byte[] summed(final byte[] frame, final int transport, final int protocol, final int fieldOffset) {
        put16(frame, transport + fieldOffset, 0);
        put16(frame, transport + fieldOffset, ~transportSum(frame, transport, protocol) & 0xffff);
        return frame;
    }

    /// The folded sum over pseudo-header and transport: 0xffff when the checksum is right.
    public static int transportSum(final byte[] frame, final int transport, final int protocol) {
        final int length = frame.length - transport;
        final int addresses = sum(frame, IP + 8, 32, 0);
        return sum(frame, transport, length, fold(addresses + length + protocol));
    }

    /// What a partial checksum holds.
    public static int pseudoHeader(final byte[] frame, final int transport, final int protocol) {
        return fold(sum(frame, IP + 8, 32, 0) + frame.length - transport + protocol);
    }

    private static int fold(final int sum) {
        return (sum & 0xffff) + (sum >>> 16);
    }

    /// Marks the transport's checksum as left open.
    public static byte[] partial(final byte[] frame, final int transport, final int protocol, final int fieldOffset) {
        put16(frame, transport + fieldOffset, pseudoHeader(frame, transport, protocol));
        frame[0] = 1;
        put16Native(frame, 6, transport - VNET);
        put16Native(frame, 8, fieldOffset);
        return frame;
    }

    /// A UDP header and payload; the checksum is 0.
    public static byte[] udp(final int sourcePort, final int destinationPort, final byte[] payload) {
        final byte[] datagram = new byte[8 + payload.length];
        put16(datagram, 0, sourcePort);
        put16(datagram, 2, destinationPort);
        put16(datagram, 4, datagram.length);
        System.arraycopy(payload, 0, datagram, 8, payload.length);
        return datagram;
    }

    /// Source or destination of a frame as text of the platform.
    public static String source(final byte[] frame) {
        return text(frame, IP + 8);
    }

    public static String destination(final byte[] frame) {
        return text(frame, IP + 24);
    }

    /// The address at `at` as the platform writes it, without compression.
    public static String text(final byte[] frame, final int at) {
        final byte[] bytes = java.util.Arrays.copyOfRange(frame, at, at + 16);
        try {
            return InetAddress.getByAddress(bytes).getHostAddress();
        } catch (final UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    /// Joins parts.
    public static byte[] bytes(final byte[]... parts) {
        final ByteBuffer all = ByteBuffer.allocate(
                List.of(parts).stream().mapToInt(part -> part.length).sum());
        for (final byte[] part : parts) {
            all.put(part);
        }
        return all.array();
    }

    /// Bytes from numbers.
    public static byte[] octets(final int... values) {
        final byte[] bytes = new byte[values.length];
        for (int index = 0; index < values.length; index++) {
            bytes[index] = (byte) values[index];
        }
        return bytes;
    }
}
