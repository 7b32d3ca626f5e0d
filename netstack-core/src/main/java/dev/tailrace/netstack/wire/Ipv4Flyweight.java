package dev.tailrace.netstack.wire;

import java.nio.ByteOrder;
import org.agrona.MutableDirectBuffer;

/// An IPv4 header (RFC 791 section 3.1).
///
/// ```
///    0                   1                   2                   3
///    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
///   +-------+-------+---------------+-------------------------------+
///   |Version|  IHL  |   DSCP, ECN   |          Total length         |
///   +-------+-------+---------------+-----+-------------------------+
///   |         Identification        |Flags|     Fragment offset     |
///   +---------------+---------------+-----+-------------------------+
///   |      TTL      |    Protocol   |        Header checksum        |
///   +---------------+---------------+-------------------------------+
///   |                         Source address                        |
///   +---------------------------------------------------------------+
///   |                      Destination address                      |
///   +---------------------------------------------------------------+
/// ```
public final class Ipv4Flyweight {
    public static final int VERSION_AND_LENGTH_OFFSET = 0;
    public static final int DSCP_ECN_OFFSET = 1;
    public static final int TOTAL_LENGTH_OFFSET = 2;
    public static final int IDENTIFICATION_OFFSET = 4;
    public static final int FLAGS_AND_OFFSET_OFFSET = 6;
    public static final int TTL_OFFSET = 8;
    public static final int PROTOCOL_OFFSET = 9;
    public static final int CHECKSUM_OFFSET = 10;
    public static final int SOURCE_OFFSET = 12;
    public static final int DESTINATION_OFFSET = 16;
    public static final int HEADER_LENGTH = 20;
    public static final int MAX_HEADER_LENGTH = 60;
    public static final int MAX_TOTAL_LENGTH = 65_535;

    /// Bit of [#flagsAndOffset]: do not fragment.
    public static final int DONT_FRAGMENT = 0x4000;

    /// Bit of [#flagsAndOffset]: this is not the last fragment.
    public static final int MORE_FRAGMENTS = 0x2000;

    private static final int OFFSET_MASK = 0x1fff;
    private static final int VERSION_4_WITHOUT_OPTIONS = 0x45;

    private MutableDirectBuffer buffer = EmptyBuffer.INSTANCE;
    private int offset;

    /// Views the header at `offset`.
    public Ipv4Flyweight wrap(final MutableDirectBuffer buffer, final int offset) {
        this.buffer = buffer;
        this.offset = offset;
        return this;
    }

    /// Whether version and lengths are right: 20 <= header length <= total length <= `availableBytes`.
    public boolean check(final int availableBytes) {
        if (availableBytes < HEADER_LENGTH || version() != 4) {
            return false;
        }
        final int headerLength = headerLength();
        final int totalLength = totalLength();
        return headerLength >= HEADER_LENGTH && headerLength <= totalLength && totalLength <= availableBytes;
    }

    /// Version in the upper four bits, header length in words in the lower.
    public int versionAndLength() {
        return buffer.getByte(offset + VERSION_AND_LENGTH_OFFSET) & 0xff;
    }

    public Ipv4Flyweight versionAndLength(final int versionAndLength) {
        buffer.putByte(offset + VERSION_AND_LENGTH_OFFSET, (byte) versionAndLength);
        return this;
    }

    public int dscpEcn() {
        return buffer.getByte(offset + DSCP_ECN_OFFSET) & 0xff;
    }

    public Ipv4Flyweight dscpEcn(final int dscpEcn) {
        buffer.putByte(offset + DSCP_ECN_OFFSET, (byte) dscpEcn);
        return this;
    }

    /// Length of header and payload in bytes.
    public int totalLength() {
        return buffer.getShort(offset + TOTAL_LENGTH_OFFSET, ByteOrder.BIG_ENDIAN) & 0xffff;
    }

    public Ipv4Flyweight totalLength(final int totalLength) {
        buffer.putShort(offset + TOTAL_LENGTH_OFFSET, (short) totalLength, ByteOrder.BIG_ENDIAN);
        return this;
    }

    public int identification() {
        return buffer.getShort(offset + IDENTIFICATION_OFFSET, ByteOrder.BIG_ENDIAN) & 0xffff;
    }

    public Ipv4Flyweight identification(final int identification) {
        buffer.putShort(offset + IDENTIFICATION_OFFSET, (short) identification, ByteOrder.BIG_ENDIAN);
        return this;
    }

    /// The flags and the fragment offset in units of 8 bytes, as they are on the wire.
    public int flagsAndOffset() {
        return buffer.getShort(offset + FLAGS_AND_OFFSET_OFFSET, ByteOrder.BIG_ENDIAN) & 0xffff;
    }

    public Ipv4Flyweight flagsAndOffset(final int flagsAndOffset) {
        buffer.putShort(offset + FLAGS_AND_OFFSET_OFFSET, (short) flagsAndOffset, ByteOrder.BIG_ENDIAN);
        return this;
    }

    public int ttl() {
        return buffer.getByte(offset + TTL_OFFSET) & 0xff;
    }

    public Ipv4Flyweight ttl(final int ttl) {
        buffer.putByte(offset + TTL_OFFSET, (byte) ttl);
        return this;
    }

    public int protocol() {
        return buffer.getByte(offset + PROTOCOL_OFFSET) & 0xff;
    }

    public Ipv4Flyweight protocol(final int protocol) {
        buffer.putByte(offset + PROTOCOL_OFFSET, (byte) protocol);
        return this;
    }

    public int checksum() {
        return buffer.getShort(offset + CHECKSUM_OFFSET, ByteOrder.BIG_ENDIAN) & 0xffff;
    }

    public Ipv4Flyweight checksum(final int checksum) {
        buffer.putShort(offset + CHECKSUM_OFFSET, (short) checksum, ByteOrder.BIG_ENDIAN);
        return this;
    }

    public int source() {
        return buffer.getInt(offset + SOURCE_OFFSET, ByteOrder.BIG_ENDIAN);
    }

    public Ipv4Flyweight source(final int source) {
        buffer.putInt(offset + SOURCE_OFFSET, source, ByteOrder.BIG_ENDIAN);
        return this;
    }

    public int destination() {
        return buffer.getInt(offset + DESTINATION_OFFSET, ByteOrder.BIG_ENDIAN);
    }

    public Ipv4Flyweight destination(final int destination) {
        buffer.putInt(offset + DESTINATION_OFFSET, destination, ByteOrder.BIG_ENDIAN);
        return this;
    }

    public int version() {
        return versionAndLength() >>> 4;
    }

    /// Length of the header with its options in bytes.
    public int headerLength() {
        return (versionAndLength() & 0xf) << 2;
    }

    public boolean dontFragment() {
        return (flagsAndOffset() & DONT_FRAGMENT) != 0;
    }

    public boolean moreFragments() {
        return (flagsAndOffset() & MORE_FRAGMENTS) != 0;
    }

    /// Where this fragment's payload belongs in the datagram, in bytes.
    public int fragmentOffset() {
        return (flagsAndOffset() & OFFSET_MASK) << 3;
    }

    /// Whether this is a piece of a datagram: more follow, or it is not the first.
    public boolean isFragment() {
        return (flagsAndOffset() & (MORE_FRAGMENTS | OFFSET_MASK)) != 0;
    }

    /// Whether the header checksum is right.
    public boolean isChecksumValid() {
        return InternetChecksum.isIpv4HeaderValid(buffer, offset, headerLength());
    }

    /// Writes the checksum of the header as it is now.
    public Ipv4Flyweight updateChecksum() {
        return checksum(InternetChecksum.ipv4Header(buffer, offset, headerLength()));
    }

    /// Writes a whole header of 20 bytes, checksum included.
    ///
    /// @param totalLength header and payload in bytes
    /// @param flagsAndOffset [#DONT_FRAGMENT], or [#MORE_FRAGMENTS] and the fragment offset in units of 8 bytes, or
    /// 0
    public Ipv4Flyweight writeHeader(
            final int totalLength,
            final int identification,
            final int flagsAndOffset,
            final int ttl,
            final int protocol,
            final int source,
            final int destination) {
        return versionAndLength(VERSION_4_WITHOUT_OPTIONS)
                .dscpEcn(0)
                .totalLength(totalLength)
                .identification(identification)
                .flagsAndOffset(flagsAndOffset)
                .ttl(ttl)
                .protocol(protocol)
                .source(source)
                .destination(destination)
                .updateChecksum();
    }

    @Override
    public String toString() {
        return IpAddress.formatIpv4(source()) + " > " + IpAddress.formatIpv4(destination()) + ": proto " + protocol()
                + ", ttl "
                + ttl() + ", id " + identification() + ", offset " + fragmentOffset() + (moreFragments() ? "+" : "")
                + ", length " + totalLength();
    }
}
