package dev.tailrace.netstack.wire;

import java.nio.ByteOrder;
import org.agrona.MutableDirectBuffer;

/// Writes the options of a SYN (RFC 9293 section 3.7.1, RFC 7323 section 2.2).
public final class TcpOptionsEncoder {
    private TcpOptionsEncoder() {}

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
