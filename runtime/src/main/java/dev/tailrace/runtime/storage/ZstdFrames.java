package dev.tailrace.runtime.storage;

import io.airlift.compress.v3.MalformedInputException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// Leaves out the skippable frames of a zstd stream (RFC 8878, 3.1): our decompressor does not know them, and podman
/// writes layers with an index in one. Follows the headers of frames and blocks to see where a frame ends.
final class ZstdFrames extends FilterInputStream {
    private static final int MAGIC = 0xfd2f_b528;
    private static final int SKIPPABLE = 0x184d_2a50;
    private static final int SKIPPABLE_MASK = 0xffff_fff0;
    private static final int CHECKSUM_BYTES = 4;
    private static final int MOST_HEADER_BYTES = 18;

    /// A header to be handed out, and then so many bytes as they come.
    private final byte[] header = new byte[MOST_HEADER_BYTES];

    private int headerLength;
    private int headerAt;
    private int contentBytes;

    private boolean isInFrame;
    private boolean isLastBlock;
    private boolean hasChecksum;

    ZstdFrames(final InputStream in) {
        super(in);
    }

    @Override
    public int read() throws IOException {
        final byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(final byte[] target, final int offset, final int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (headerAt == headerLength && contentBytes == 0) {
            if (!advance()) {
                return -1;
            }
        }
        if (headerAt < headerLength) {
            final int count = Math.min(length, headerLength - headerAt);
            System.arraycopy(header, headerAt, target, offset, count);
            headerAt += count;
            return count;
        }
        final int count = in.read(target, offset, Math.min(length, contentBytes));
        if (count > 0) {
            contentBytes -= count;
        }
        return count;
    }

    /// To the next frame, block or checksum; false at the end of the stream, also where it comes too early: that the
    /// decompressor sees.
    private boolean advance() throws IOException {
        headerAt = 0;
        headerLength = 0;
        if (!isInFrame) {
            return frame();
        }
        if (isLastBlock) {
            isInFrame = false;
            contentBytes = hasChecksum ? CHECKSUM_BYTES : 0;
            return true;
        }
        if (!take(3)) {
            return headerLength > 0;
        }
        final int block = header[0] & 0xff | (header[1] & 0xff) << 8 | (header[2] & 0xff) << 16;
        isLastBlock = (block & 1) != 0;
        final boolean isRepeated = (block >> 1 & 3) == 1;
        contentBytes = isRepeated ? 1 : block >> 3;
        return true;
    }

    private boolean frame() throws IOException {
        if (!take(4)) {
            return headerLength > 0;
        }
        final int magic = littleEndian(0);
        if ((magic & SKIPPABLE_MASK) == SKIPPABLE) {
            headerLength = 0;
            if (!take(4)) {
                throw new MalformedInputException(0, "a skippable frame ends too early");
            }
            in.skipNBytes(littleEndian(0) & 0xffff_ffffL);
            headerLength = 0;
            return true;
        }
        if (magic != MAGIC) {
            throw new MalformedInputException(0, "no zstd frame where one should begin");
        }
        if (!take(1)) {
            return true;
        }
        final int descriptor = header[4] & 0xff;
        final boolean isSingleSegment = (descriptor & 0x20) != 0;
        final int dictionaryBytes = new int[] {0, 1, 2, 4}[descriptor & 3];
        final int sizeBytes = new int[] {isSingleSegment ? 1 : 0, 2, 4, 8}[descriptor >> 6];
        hasChecksum = (descriptor & 4) != 0;
        isInFrame = true;
        isLastBlock = false;
        take((isSingleSegment ? 0 : 1) + dictionaryBytes + sizeBytes);
        return true;
    }

    /// Adds bytes to the header; false if there were fewer.
    private boolean take(final int count) throws IOException {
        final int taken = in.readNBytes(header, headerLength, count);
        headerLength += taken;
        return taken == count;
    }

    private int littleEndian(final int at) {
        return header[at] & 0xff
                | (header[at + 1] & 0xff) << 8
                | (header[at + 2] & 0xff) << 16
                | (header[at + 3] & 0xff) << 24;
    }
}
