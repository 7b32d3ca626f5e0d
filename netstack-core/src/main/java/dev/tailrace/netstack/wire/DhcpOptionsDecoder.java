package dev.tailrace.netstack.wire;

import org.agrona.DirectBuffer;

/// Walks the options of a DHCP message (RFC 2132 section 2) one by one. Reusable.
///
/// ```java
/// decoder.wrap(buffer, offset, length);
/// while (decoder.next()) { switch (decoder.code()) ... }
/// ```
///
/// The walk ends at the END option, at the end of the bytes, or at an option that runs over it; see [#isMalformed].
public final class DhcpOptionsDecoder {
    private static final int PAD = 0;
    private static final int END = 255;

    private DirectBuffer buffer = EmptyBuffer.INSTANCE;
    private int index;
    private int end;
    private int code;
    private int valueOffset;
    private int valueLength;
    private boolean malformed;

    /// Starts a walk.
    ///
    /// @param offset of the first option
    /// @param length of all options in bytes
    public DhcpOptionsDecoder wrap(final DirectBuffer buffer, final int offset, final int length) {
        this.buffer = buffer;
        index = offset;
        end = offset + length;
        malformed = false;
        return this;
    }

    /// Goes to the next option.
    ///
    /// @return whether there is one
    public boolean next() {
        while (index < end) {
            code = buffer.getByte(index++) & 0xff;
            if (code == PAD) {
                continue;
            }
            if (code == END) {
                index = end;
                return false;
            }
            if (index == end) {
                return stop();
            }
            valueLength = buffer.getByte(index++) & 0xff;
            valueOffset = index;
            if (valueLength > end - index) {
                return stop();
            }
            index += valueLength;
            return true;
        }
        return false;
    }

    private boolean stop() {
        malformed = true;
        index = end;
        return false;
    }

    /// Whether the walk met an option that ran over the end. A missing END option is no error.
    public boolean isMalformed() {
        return malformed;
    }

    public int code() {
        return code;
    }

    /// Where the option's value starts in the buffer.
    public int valueOffset() {
        return valueOffset;
    }

    /// Length of the option's value in bytes.
    public int valueLength() {
        return valueLength;
    }
}
