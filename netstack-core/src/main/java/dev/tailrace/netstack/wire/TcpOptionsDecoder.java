package dev.tailrace.netstack.wire;

import java.nio.ByteOrder;
import org.agrona.DirectBuffer;

/// Walks the options of a TCP header (RFC 9293 section 3.1, RFC 7323, RFC 2018). Reusable.
///
/// Stops at the end of the list, and at the first option whose length is wrong; what came before counts.
public final class TcpOptionsDecoder {
    /// Answer of [#windowScale] when the option is absent.
    public static final int ABSENT = -1;

    static final int END = 0;
    static final int NOP = 1;
    static final int MSS = 2;
    static final int WINDOW_SCALE = 3;
    static final int SACK_PERMITTED = 4;
    static final int SACK = 5;
    static final int TIMESTAMPS = 8;

    static final int MSS_LENGTH = 4;
    static final int WINDOW_SCALE_LENGTH = 3;
    static final int SACK_PERMITTED_LENGTH = 2;
    static final int TIMESTAMPS_LENGTH = 10;
    /// RFC 2018 section 3: kind and length, then 8 bytes for each block.
    static final int SACK_HEAD_LENGTH = 2;
    static final int SACK_BLOCK_LENGTH = 8;
    static final int MAX_SACK_BLOCKS = 4;

    private static final int MAX_WINDOW_SCALE = 14;

    private int mss;
    private int windowScale;
    private boolean sackPermitted;
    private boolean timestamps;
    private int timestampValue;
    private int timestampEcho;
    private int sackBlocks;
    private final int[] sackEdges = new int[2 * MAX_SACK_BLOCKS];

    /// Reads the options.
    ///
    /// @param offset start of the options, 20 bytes into the TCP header
    /// @param length of the options in bytes, 0 to 40
    public TcpOptionsDecoder decode(final DirectBuffer buffer, final int offset, final int length) {
        clear();
        final int end = offset + length;
        int index = offset;
        while (index < end) {
            final int kind = buffer.getByte(index) & 0xff;
            if (kind == END) {
                break;
            }
            if (kind == NOP) {
                index++;
                continue;
            }
            if (end - index < 2) {
                break;
            }
            final int optionLength = buffer.getByte(index + 1) & 0xff;
            if (optionLength < 2 || optionLength > end - index) {
                break;
            }
            option(buffer, index, kind, optionLength);
            index += optionLength;
        }
        return this;
    }

    private void clear() {
        mss = 0;
        windowScale = ABSENT;
        sackPermitted = false;
        timestamps = false;
        timestampValue = 0;
        timestampEcho = 0;
        sackBlocks = 0;
    }

    private void option(final DirectBuffer buffer, final int index, final int kind, final int optionLength) {
        if (kind == MSS && optionLength == MSS_LENGTH) {
            mss = buffer.getShort(index + 2, ByteOrder.BIG_ENDIAN) & 0xffff;
        } else if (kind == WINDOW_SCALE && optionLength == WINDOW_SCALE_LENGTH) {
            // RFC 7323 section 2.3: a larger shift counts as 14.
            windowScale = Math.min(buffer.getByte(index + 2) & 0xff, MAX_WINDOW_SCALE);
        } else if (kind == SACK_PERMITTED && optionLength == SACK_PERMITTED_LENGTH) {
            sackPermitted = true;
        } else if (kind == TIMESTAMPS && optionLength == TIMESTAMPS_LENGTH) {
            timestamps = true;
            timestampValue = buffer.getInt(index + 2, ByteOrder.BIG_ENDIAN);
            timestampEcho = buffer.getInt(index + 6, ByteOrder.BIG_ENDIAN);
        } else if (kind == SACK && (optionLength - SACK_HEAD_LENGTH) % SACK_BLOCK_LENGTH == 0) {
            sackBlocks = Math.min((optionLength - SACK_HEAD_LENGTH) / SACK_BLOCK_LENGTH, MAX_SACK_BLOCKS);
            for (int edge = 0; edge < 2 * sackBlocks; edge++) {
                sackEdges[edge] = buffer.getInt(index + SACK_HEAD_LENGTH + edge * Integer.BYTES, ByteOrder.BIG_ENDIAN);
            }
        }
    }

    /// The maximum segment size, or 0 when absent.
    public int mss() {
        return mss;
    }

    /// The shift, 0 to 14, or [#ABSENT].
    public int windowScale() {
        return windowScale;
    }

    public boolean sackPermitted() {
        return sackPermitted;
    }

    /// Blocks of the SACK option, 0 to 4; unchecked, as they came.
    public int sackBlocks() {
        return sackBlocks;
    }

    /// First sequence number of a block.
    public int sackStart(final int block) {
        return sackEdges[2 * block];
    }

    /// Sequence number behind a block.
    public int sackEnd(final int block) {
        return sackEdges[2 * block + 1];
    }

    public boolean hasTimestamps() {
        return timestamps;
    }

    public int timestampValue() {
        return timestampValue;
    }

    public int timestampEcho() {
        return timestampEcho;
    }
}
