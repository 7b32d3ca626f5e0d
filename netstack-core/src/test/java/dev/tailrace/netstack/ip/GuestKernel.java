package dev.tailrace.netstack.ip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.netstack.link.LinkDevice;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.junit.jupiter.api.Assertions;

/// The device and the guest's kernel behind it: takes frames, checks every field that Linux checks, finishes partial
/// checksums, splits super-frames, puts fragments together. Works on bytes and shares no code with the product.
public final class GuestKernel implements LinkDevice {
    public static final int MTU = 1500;

    private static final int IP = 14;

    /// Frames as written, vnet header first.
    public final List<byte[]> frames = new ArrayList<>();

    public boolean hasUdpSegmentation = true;
    public boolean refuses;
    public boolean isCounting;
    public long countedBytes;

    private final int mtu;
    private final List<GuestPacket> packets = new ArrayList<>();
    private final ByteArrayOutputStream fragments = new ByteArrayOutputStream();
    private int fragmentId;

    public GuestKernel(final int mtu) {
        this.mtu = mtu;
    }

    @Override
    public int receive(final MutableDirectBuffer buffer, final int offset, final int capacity) {
        return DRAINED;
    }

    @Override
    public boolean transmit(
            final DirectBuffer headers,
            final int headersOffset,
            final int headersLength,
            final DirectBuffer payload,
            final int firstOffset,
            final int firstLength,
            final int secondOffset,
            final int secondLength) {
        if (isCounting) {
            countedBytes += headersLength + firstLength + secondLength;
            return true;
        }
        if (refuses) {
            return false;
        }
        final byte[] frame = new byte[headersLength + firstLength + secondLength];
        headers.getBytes(headersOffset, frame, 0, headersLength);
        payload.getBytes(firstOffset, frame, headersLength, firstLength);
        payload.getBytes(secondOffset, frame, headersLength + firstLength, secondLength);
        frames.add(frame);
        final byte[] ethernet = new byte[frame.length - VNET_HEADER_LENGTH];
        System.arraycopy(frame, VNET_HEADER_LENGTH, ethernet, 0, ethernet.length);
        accept(ByteBuffer.wrap(frame).order(ByteOrder.nativeOrder()), ethernet);
        return true;
    }

    @Override
    public boolean udpSegmentation() {
        return hasUdpSegmentation;
    }

    /// Everything delivered since the last call.
    public List<GuestPacket> take() {
        final List<GuestPacket> taken = List.copyOf(packets);
        packets.clear();
        frames.clear();
        return taken;
    }

    /// The only thing delivered since the last call.
    public GuestPacket takeOne() {
        final List<GuestPacket> taken = take();
        assertEquals(1, taken.size(), () -> "packets delivered: " + taken);
        return taken.getFirst();
    }

    private void accept(final ByteBuffer vnet, final byte[] frame) {
        assertEquals(0x0800, u16(frame, 12), "EtherType");
        assertEquals(0x45, frame[IP], "version and header length");
        final int totalLength = u16(frame, IP + 2);
        assertEquals(frame.length - IP, totalLength, "total length");
        assertEquals(0xffff, NaiveChecksum.sum(frame, IP, 20, 0), "IPv4 header checksum");
        assertTrue((frame[IP + 8] & 0xff) > 0, "TTL");
        final int flags = u16(frame, IP + 6);
        final int gsoType = vnet.get(1) & 0xff;
        if (gsoType == 0) {
            assertTrue(totalLength <= mtu, () -> "packet of " + totalLength + " bytes on a link of " + mtu);
        }
        if ((flags & 0x3fff) != 0) {
            assertEquals(0, vnet.get(0), "vnet flags of a fragment");
            reassemble(frame, flags);
            return;
        }
        if (vnet.get(0) == 0) {
            assertEquals(0, gsoType, "GSO without checksum offload");
            for (int index = 0; index < VNET_HEADER_LENGTH; index++) {
                assertEquals(0, vnet.get(index), "unused vnet header byte " + index);
            }
            deliver(frame);
            return;
        }
        assertEquals(1, vnet.get(0), "vnet flags");
        assertEquals(34, vnet.getShort(6), "csum_start");
        assertEquals(6, vnet.getShort(8), "csum_offset");
        final int udpLength = totalLength - 20;
        assertEquals(NaiveChecksum.pseudoHeader(frame, IP, 17, udpLength), u16(frame, 40), "partial checksum");
        if (gsoType == 0) {
            assertEquals(0, vnet.getShort(4), "gso_size without GSO");
            finish(frame);
            deliver(frame);
            return;
        }
        assertEquals(5, gsoType, "gso_type");
        assertEquals(42, vnet.getShort(2), "hdr_len");
        assertEquals(udpLength, u16(frame, 38), "UDP length of the super-frame");
        split(frame, vnet.getShort(4) & 0xffff);
    }

    private void split(final byte[] frame, final int gsoSize) {
        final int length = frame.length - 42;
        assertTrue(gsoSize > 0 && gsoSize + 28 <= mtu, () -> "gso_size " + gsoSize);
        assertTrue(length > gsoSize, "a super-frame of one segment");
        assertTrue((length + gsoSize - 1) / gsoSize <= 64, "segments");
        for (int position = 0; position < length; position += gsoSize) {
            final int bytes = Math.min(gsoSize, length - position);
            final byte[] segment = new byte[42 + bytes];
            System.arraycopy(frame, 0, segment, 0, 42);
            System.arraycopy(frame, 42 + position, segment, 42, bytes);
            put16(segment, 38, 8 + bytes);
            put16(segment, IP + 2, 28 + bytes);
            put16(segment, 40, NaiveChecksum.pseudoHeader(segment, IP, 17, 8 + bytes));
            finish(segment);
            deliver(segment);
        }
    }

    private static void finish(final byte[] frame) {
        final int sum = ~NaiveChecksum.sum(frame, 34, frame.length - 34, 0) & 0xffff;
        put16(frame, 40, sum == 0 ? 0xffff : sum);
    }

    /// In order only, which is all that the product sends.
    private void reassemble(final byte[] frame, final int flags) {
        final int offset = (flags & 0x1fff) * 8;
        final int id = u16(frame, IP + 4);
        if (offset == 0) {
            assertEquals(0, fragments.size(), "a datagram was left unfinished");
            fragments.write(frame, 0, 34);
            fragmentId = id;
        }
        assertEquals(fragmentId, id, "identification");
        assertEquals(fragments.size() - 34, offset, "fragment offset");
        fragments.write(frame, 34, frame.length - 34);
        if ((flags & 0x2000) == 0) {
            final byte[] whole = fragments.toByteArray();
            fragments.reset();
            put16(whole, IP + 2, whole.length - IP);
            deliver(whole);
        } else {
            assertEquals(0, (frame.length - 34) % 8, "bytes of a fragment");
        }
    }

    private void deliver(final byte[] frame) {
        final int protocol = frame[IP + 9];
        final int length = frame.length - 34;
        final int skipped = protocol == 17 ? 42 : 34;
        if (protocol == 17) {
            assertEquals(length, u16(frame, 38), "UDP length");
            assertTrue(u16(frame, 40) != 0, "UDP checksum missing");
            assertEquals(
                    0xffff,
                    NaiveChecksum.sum(frame, 34, length, NaiveChecksum.pseudoHeader(frame, IP, 17, length)),
                    "UDP checksum");
        } else {
            assertEquals(1, protocol, "protocol");
            assertEquals(0xffff, NaiveChecksum.sum(frame, 34, length, 0), "ICMP checksum");
        }
        final byte[] payload = new byte[frame.length - skipped];
        System.arraycopy(frame, skipped, payload, 0, payload.length);
        packets.add(new GuestPacket(
                (long) u16(frame, 0) << 32 | u32(frame, 2) & 0xffff_ffffL,
                protocol,
                u32(frame, IP + 12),
                u32(frame, IP + 16),
                frame[IP + 8] & 0xff,
                protocol == 17 ? u16(frame, 34) : 0,
                protocol == 17 ? u16(frame, 36) : 0,
                payload));
        if (!macOfGateway(frame)) {
            Assertions.fail("source address of the frame is not the gateway's");
        }
    }

    private static boolean macOfGateway(final byte[] frame) {
        return u16(frame, 6) == 0x5255 && u32(frame, 8) == 0x0a00_0202;
    }

    private static int u16(final byte[] bytes, final int offset) {
        return (bytes[offset] & 0xff) << 8 | bytes[offset + 1] & 0xff;
    }

    private static int u32(final byte[] bytes, final int offset) {
        return u16(bytes, offset) << 16 | u16(bytes, offset + 2);
    }

    private static void put16(final byte[] bytes, final int offset, final int value) {
        bytes[offset] = (byte) (value >> 8);
        bytes[offset + 1] = (byte) value;
    }
}
