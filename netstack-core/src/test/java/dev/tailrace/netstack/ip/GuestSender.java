package dev.tailrace.netstack.ip;

import dev.tailrace.netstack.wire.IpAddress;
import java.nio.ByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/// Makes packets of the guest in one off-heap read area, one behind the other, as the stack would present them.
public final class GuestSender {
    public static final int GUEST = 0x0a00_0264;

    private static final int AREA_LENGTH = 1 << 21;

    /// The packet made last.
    public final IngressPacket packet = new IngressPacket();

    private final UnsafeBuffer area = new UnsafeBuffer(ByteBuffer.allocateDirect(AREA_LENGTH));
    private int position;

    public int source = GUEST;
    public int ttl = 64;

    /// Starts the read area anew, over bytes that no longer mean anything.
    public void flushed() {
        area.setMemory(0, position, (byte) 0xee);
        position = 0;
    }

    /// A datagram with a full checksum.
    public IngressPacket udp(
            final int sourcePort, final int destination, final int destinationPort, final byte[] payload) {
        final byte[] bytes = new byte[28 + payload.length];
        put16(bytes, 20, sourcePort);
        put16(bytes, 22, destinationPort);
        put16(bytes, 24, 8 + payload.length);
        System.arraycopy(payload, 0, bytes, 28, payload.length);
        ip(bytes, 17, destination);
        final int sum = ~NaiveChecksum.sum(
                        bytes, 20, bytes.length - 20, NaiveChecksum.pseudoHeader(bytes, 0, 17, bytes.length - 20))
                & 0xffff;
        put16(bytes, 26, sum == 0 ? 0xffff : sum);
        return raw(bytes);
    }

    /// A GSO frame.
    public IngressPacket gso(
            final int sourcePort,
            final int destination,
            final int destinationPort,
            final byte[] payload,
            final int segmentBytes) {
        udp(sourcePort, destination, destinationPort, payload);
        packet.segmentBytes = segmentBytes;
        packet.checksumPartial = true;
        packet.buffer.putShort(packet.transportOffset + 6, (short) 0x1234);
        return packet;
    }

    /// An ICMP message; identifier and sequence as in echo.
    public IngressPacket icmp(
            final int type,
            final int code,
            final int destination,
            final int identifier,
            final int sequence,
            final byte[] data) {
        final byte[] bytes = new byte[28 + data.length];
        bytes[20] = (byte) type;
        bytes[21] = (byte) code;
        put16(bytes, 24, identifier);
        put16(bytes, 26, sequence);
        System.arraycopy(data, 0, bytes, 28, data.length);
        put16(bytes, 22, ~NaiveChecksum.sum(bytes, 20, bytes.length - 20, 0));
        ip(bytes, 1, destination);
        return raw(bytes);
    }

    /// An echo request.
    public IngressPacket echo(final int destination, final int identifier, final int sequence, final byte[] data) {
        return icmp(8, 0, destination, identifier, sequence, data);
    }

    /// Bytes `0, 1, 2...` started at `seed`.
    public static byte[] payload(final int length, final int seed) {
        final byte[] payload = new byte[length];
        for (int index = 0; index < length; index++) {
            payload[index] = (byte) (seed + index * 7 + (index >> 8));
        }
        return payload;
    }

    private void ip(final byte[] bytes, final int protocol, final int destination) {
        bytes[0] = 0x45;
        put16(bytes, 2, bytes.length);
        bytes[8] = (byte) ttl;
        bytes[9] = (byte) protocol;
        put16(bytes, 12, source >>> 16);
        put16(bytes, 14, source);
        put16(bytes, 16, destination >>> 16);
        put16(bytes, 18, destination);
        put16(bytes, 10, ~NaiveChecksum.sum(bytes, 0, 20, 0));
    }

    private IngressPacket raw(final byte[] bytes) {
        area.putBytes(position, bytes);
        packet.buffer.wrap(area, 0, AREA_LENGTH);
        packet.ipOffset = position;
        packet.transportOffset = position + 20;
        packet.transportLength = bytes.length - 20;
        packet.protocol = bytes[9];
        packet.hopLimit = bytes[8] & 0xff;
        packet.sourceHi = IpAddress.IPV4_HI;
        packet.destinationHi = IpAddress.IPV4_HI;
        packet.sourceLo = IpAddress.ipv4Lo(ByteBuffer.wrap(bytes).getInt(12));
        packet.destinationLo = IpAddress.ipv4Lo(ByteBuffer.wrap(bytes).getInt(16));
        packet.segmentBytes = 0;
        packet.checksumPartial = false;
        position += bytes.length + 7 & ~7;
        return packet;
    }

    private static void put16(final byte[] bytes, final int offset, final int value) {
        bytes[offset] = (byte) (value >> 8);
        bytes[offset + 1] = (byte) value;
    }
}
