package dev.tailrace.tapio.capture;

import org.agrona.MutableDirectBuffer;

/// The pcap file format with nanoseconds (draft-ietf-opsawg-pcap), numbers in the machine's order.
///
/// ```
///  0        4          8           16          20         24
///  +--------+----------+-----------+-----------+----------+
///  | magic  | 2 and 4  | zero      | snap len  | link type|      once
///  +--------+----------+-----------+-----------+----------+
///  0        4          8           12          16
///  +--------+----------+-----------+-----------+--------- ...
///  | second | nanosec  | bytes here| bytes all | frame        for each frame
///  +--------+----------+-----------+-----------+--------- ...
/// ```
final class PcapFormat {
    static final int FILE_HEADER_LENGTH = 24;
    static final int RECORD_HEADER_LENGTH = 16;
    static final int CAPTURED_LENGTH_OFFSET = 8;
    static final int ORIGINAL_LENGTH_OFFSET = 12;

    private static final int MAGIC_NANOSECONDS = 0xa1b2_3c4d;
    private static final short MAJOR = 2;
    private static final short MINOR = 4;
    private static final int LINKTYPE_ETHERNET = 1;
    private static final long SECOND_NS = 1_000_000_000L;

    private PcapFormat() {}

    static void writeFileHeader(final MutableDirectBuffer buffer, final int at, final int snapLength) {
        buffer.putInt(at, MAGIC_NANOSECONDS);
        buffer.putShort(at + 4, MAJOR);
        buffer.putShort(at + 6, MINOR);
        buffer.putLong(at + 8, 0);
        buffer.putInt(at + 16, snapLength);
        buffer.putInt(at + 20, LINKTYPE_ETHERNET);
    }

    /// @param epochNs time of the frame since 1970
    static void writeRecordHeader(
            final MutableDirectBuffer buffer,
            final int at,
            final long epochNs,
            final int capturedLength,
            final int originalLength) {
        buffer.putInt(at, (int) (epochNs / SECOND_NS));
        buffer.putInt(at + 4, (int) (epochNs % SECOND_NS));
        buffer.putInt(at + CAPTURED_LENGTH_OFFSET, capturedLength);
        buffer.putInt(at + ORIGINAL_LENGTH_OFFSET, originalLength);
    }
}
