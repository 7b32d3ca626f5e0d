package dev.tailrace.netstack.wire;

import java.nio.ByteOrder;
import org.agrona.MutableDirectBuffer;

/// The `struct virtio_net_hdr` in front of each frame (linux/virtio_net.h), in native byte order.
///
/// ```
///   0       1          2               4          6                8                 10
///   +-------+----------+---------------+----------+----------------+-----------------+
///   | flags | gso_type | hdr_len       | gso_size | csum_start     | csum_offset     |
///   +-------+----------+---------------+----------+----------------+-----------------+
/// ```
public final class VirtioNetHeaderFlyweight {
    public static final int FLAGS_OFFSET = 0;
    public static final int GSO_TYPE_OFFSET = 1;
    public static final int GSO_HEADER_LENGTH_OFFSET = 2;
    public static final int GSO_SIZE_OFFSET = 4;
    public static final int CHECKSUM_START_OFFSET = 6;
    public static final int CHECKSUM_OFFSET_OFFSET = 8;
    public static final int HEADER_LENGTH = 10;

    /// Flag: the transport checksum field holds the pseudo-header's sum only.
    public static final int NEEDS_CSUM = 1;

    /// Flag: the device has verified the checksum.
    public static final int DATA_VALID = 2;

    public static final int GSO_NONE = 0;
    public static final int GSO_TCPV4 = 1;
    public static final int GSO_TCPV6 = 4;
    public static final int GSO_UDP_L4 = 5;

    /// Bit beside the GSO type: the segments carry ECN.
    public static final int GSO_ECN = 0x80;

    private MutableDirectBuffer buffer = EmptyBuffer.INSTANCE;
    private int offset;

    /// Views the header at `offset`.
    public VirtioNetHeaderFlyweight wrap(final MutableDirectBuffer buffer, final int offset) {
        this.buffer = buffer;
        this.offset = offset;
        return this;
    }

    /// Whether the header lies within `availableBytes`.
    public boolean check(final int availableBytes) {
        return availableBytes >= HEADER_LENGTH;
    }

    public int flags() {
        return buffer.getByte(offset + FLAGS_OFFSET) & 0xff;
    }

    public VirtioNetHeaderFlyweight flags(final int flags) {
        buffer.putByte(offset + FLAGS_OFFSET, (byte) flags);
        return this;
    }

    public int gsoType() {
        return buffer.getByte(offset + GSO_TYPE_OFFSET) & 0xff;
    }

    public VirtioNetHeaderFlyweight gsoType(final int gsoType) {
        buffer.putByte(offset + GSO_TYPE_OFFSET, (byte) gsoType);
        return this;
    }

    /// Length of all headers in bytes, from the Ethernet header on; a hint that must not be trusted on reading.
    public int headerLength() {
        return buffer.getShort(offset + GSO_HEADER_LENGTH_OFFSET, ByteOrder.nativeOrder()) & 0xffff;
    }

    public VirtioNetHeaderFlyweight headerLength(final int headerLength) {
        buffer.putShort(offset + GSO_HEADER_LENGTH_OFFSET, (short) headerLength, ByteOrder.nativeOrder());
        return this;
    }

    /// Payload bytes per segment.
    public int gsoSize() {
        return buffer.getShort(offset + GSO_SIZE_OFFSET, ByteOrder.nativeOrder()) & 0xffff;
    }

    public VirtioNetHeaderFlyweight gsoSize(final int gsoSize) {
        buffer.putShort(offset + GSO_SIZE_OFFSET, (short) gsoSize, ByteOrder.nativeOrder());
        return this;
    }

    /// Where summing starts, from the Ethernet header on.
    public int checksumStart() {
        return buffer.getShort(offset + CHECKSUM_START_OFFSET, ByteOrder.nativeOrder()) & 0xffff;
    }

    public VirtioNetHeaderFlyweight checksumStart(final int checksumStart) {
        buffer.putShort(offset + CHECKSUM_START_OFFSET, (short) checksumStart, ByteOrder.nativeOrder());
        return this;
    }

    /// Where the sum goes, from [#checksumStart] on.
    public int checksumOffset() {
        return buffer.getShort(offset + CHECKSUM_OFFSET_OFFSET, ByteOrder.nativeOrder()) & 0xffff;
    }

    public VirtioNetHeaderFlyweight checksumOffset(final int checksumOffset) {
        buffer.putShort(offset + CHECKSUM_OFFSET_OFFSET, (short) checksumOffset, ByteOrder.nativeOrder());
        return this;
    }

    /// Writes a header of ten zero bytes: a plain frame with full checksums.
    public VirtioNetHeaderFlyweight clear() {
        buffer.setMemory(offset, HEADER_LENGTH, (byte) 0);
        return this;
    }

    /// Writes a header that leaves the transport checksum to the receiver, with segmentation unless `gsoType` is
    /// [#GSO_NONE].
    ///
    /// @param headerLength Ethernet, IP and transport headers in bytes; written as 0 without segmentation
    /// @param checksumStart Ethernet and IP headers in bytes
    public VirtioNetHeaderFlyweight partialChecksum(
            final int gsoType,
            final int headerLength,
            final int gsoSize,
            final int checksumStart,
            final int checksumOffset) {
        return flags(NEEDS_CSUM)
                .gsoType(gsoType)
                .headerLength(gsoType == GSO_NONE ? 0 : headerLength)
                .gsoSize(gsoType == GSO_NONE ? 0 : gsoSize)
                .checksumStart(checksumStart)
                .checksumOffset(checksumOffset);
    }

    @Override
    public String toString() {
        return "vnet flags " + flags() + ", gso " + gsoType() + " size " + gsoSize() + ", csum " + checksumStart() + "+"
                + checksumOffset();
    }
}
