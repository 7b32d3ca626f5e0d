package dev.tailrace.netstack.wire;

import java.nio.ByteOrder;
import org.agrona.MutableDirectBuffer;

/// Writes the options of a SYN (RFC 9293 section 3.7.1, RFC 7323 section 2.2), and the blocks of a selective
/// acknowledgement (RFC 2018). All lengths are multiples of 4.
public final class TcpOptionsEncoder {
    /// Most blocks in a header: 4 fill 36 of the 40 bytes of options, so there is room for no timestamps beside them.
    public static final int MAX_SACK_BLOCKS = TcpOptionsDecoder.MAX_SACK_BLOCKS;

    /// Length of a SACK option before its blocks, with the two NOPs that align it.
    private static final int SACK_PREFIX_LENGTH = 2 + TcpOptionsDecoder.SACK_HEAD_LENGTH;

    private TcpOptionsEncoder() {}

    /// Writes that selective acknowledgements are understood, for a SYN (RFC 2018 section 2).
    ///
    /// @return bytes written
    public static int sackPermitted(final MutableDirectBuffer buffer, final int offset) {
        buffer.putByte(offset, (byte) TcpOptionsDecoder.NOP);
        buffer.putByte(offset + 1, (byte) TcpOptionsDecoder.NOP);
        buffer.putByte(offset + 2, (byte) TcpOptionsDecoder.SACK_PERMITTED);
        buffer.putByte(offset + 3, (byte) TcpOptionsDecoder.SACK_PERMITTED_LENGTH);
        return 2 + TcpOptionsDecoder.SACK_PERMITTED_LENGTH;
    }

    /// Begins a SACK option of `blocks`, 1 to 4, which [#sackBlock] writes.
    ///
    /// @return bytes that the option takes with its blocks
    public static int sack(final MutableDirectBuffer buffer, final int offset, final int blocks) {
        final int blocksLength = blocks * TcpOptionsDecoder.SACK_BLOCK_LENGTH;
        buffer.putByte(offset, (byte) TcpOptionsDecoder.NOP);
        buffer.putByte(offset + 1, (byte) TcpOptionsDecoder.NOP);
        buffer.putByte(offset + 2, (byte) TcpOptionsDecoder.SACK);
        buffer.putByte(offset + 3, (byte) (TcpOptionsDecoder.SACK_HEAD_LENGTH + blocksLength));
        return SACK_PREFIX_LENGTH + blocksLength;
    }

    /// Writes one block of the SACK option at `offset`: what is held from `start` to before `end`.
    public static void sackBlock(
            final MutableDirectBuffer buffer, final int offset, final int block, final int start, final int end) {
        final int index = offset + SACK_PREFIX_LENGTH + block * TcpOptionsDecoder.SACK_BLOCK_LENGTH;
        buffer.putInt(index, start, ByteOrder.BIG_ENDIAN);
        buffer.putInt(index + Integer.BYTES, end, ByteOrder.BIG_ENDIAN);
    }

    /// Writes a maximum segment size and, where wanted, a window scale with a NOP in front.
    ///
    /// @param mss 1 to 65,535, or 0 for no such option
    /// @param windowScale 0 to 14, or [TcpOptionsDecoder#ABSENT] for no such option
    /// @return bytes written, a multiple of 4
    public static int encode(final MutableDirectBuffer buffer, final int offset, final int mss, final int windowScale) {
        int index = offset;
        if (mss != 0) {
            buffer.putByte(index, (byte) TcpOptionsDecoder.MSS);
            buffer.putByte(index + 1, (byte) TcpOptionsDecoder.MSS_LENGTH);
            buffer.putShort(index + 2, (short) mss, ByteOrder.BIG_ENDIAN);
            index += TcpOptionsDecoder.MSS_LENGTH;
        }
        if (windowScale != TcpOptionsDecoder.ABSENT) {
            buffer.putByte(index, (byte) TcpOptionsDecoder.NOP);
            buffer.putByte(index + 1, (byte) TcpOptionsDecoder.WINDOW_SCALE);
            buffer.putByte(index + 2, (byte) TcpOptionsDecoder.WINDOW_SCALE_LENGTH);
            buffer.putByte(index + 3, (byte) windowScale);
            index += 1 + TcpOptionsDecoder.WINDOW_SCALE_LENGTH;
        }
        return index - offset;
    }
}
