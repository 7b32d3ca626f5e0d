package dev.tailrace.tapio.netlink;

import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;

/// Views the messages of one received datagram, one after the other.
final class NetlinkReply {
    // linux/netlink.h
    static final int ERROR = 2;
    static final int NO_MORE = -1;

    private static final int FLAG_CAPPED = 0x100;
    private static final int FLAG_ACK_TLVS = 0x200;
    private static final int ERROR_ATTRIBUTE_TEXT = 1;
    private static final int TYPE_MASK = 0x3fff;

    private static final int BODY = NetlinkMessage.HEADER_LENGTH;
    private static final int ATTRIBUTE_HEADER_LENGTH = 4;
    private static final int IFINFO_LENGTH = 16;

    private final DirectBuffer buffer;
    private int start;
    private int length;
    private int end;

    NetlinkReply(final DirectBuffer buffer) {
        this.buffer = buffer;
    }

    /// Starts over with a datagram of `lengthBytes`.
    NetlinkReply wrap(final int lengthBytes) {
        start = 0;
        length = 0;
        end = lengthBytes;
        return this;
    }

    /// Goes to the next message.
    ///
    /// @return its type, or [#NO_MORE]
    int next() {
        start += length + (-length & 3);
        length = end - start < BODY ? 0 : buffer.getInt(start);
        if (length < BODY || length > end - start) {
            return NO_MORE;
        }
        return buffer.getShort(start + NetlinkMessage.TYPE) & 0xffff;
    }

    int sequence() {
        return buffer.getInt(start + NetlinkMessage.SEQUENCE);
    }

    /// Of an [#ERROR]: positive errno, 0 for an acknowledgement.
    int errno() {
        return -buffer.getInt(start + BODY);
    }

    /// Of an [#ERROR]: what the kernel says besides; may be empty.
    String errorText() {
        final int flags = buffer.getShort(start + NetlinkMessage.FLAGS);
        if ((flags & FLAG_ACK_TLVS) == 0) {
            return "";
        }
        final int quoted = (flags & FLAG_CAPPED) != 0 ? BODY : buffer.getInt(start + BODY + Integer.BYTES);
        final int at = find(BODY + Integer.BYTES + quoted + (-quoted & 3), ERROR_ATTRIBUTE_TEXT);
        return at < 0 ? "" : text(at);
    }

    /// Of a link: its index.
    int linkIndex() {
        return buffer.getInt(start + BODY + 4);
    }

    /// Of a link: the first byte of an attribute, or -1.
    int linkOctet(final int type) {
        final int at = find(BODY + IFINFO_LENGTH, type);
        return at < 0 ? -1 : buffer.getByte(at + ATTRIBUTE_HEADER_LENGTH) & 0xff;
    }

    /// Where an attribute of the message starts, or -1.
    ///
    /// @param from of the first attribute, relative to the message
    private int find(final int from, final int type) {
        int at = start + from;
        final int messageEnd = start + length;
        while (messageEnd - at >= ATTRIBUTE_HEADER_LENGTH) {
            final int attributeLength = buffer.getShort(at) & 0xffff;
            if (attributeLength < ATTRIBUTE_HEADER_LENGTH || attributeLength > messageEnd - at) {
                return -1;
            }
            if ((buffer.getShort(at + Short.BYTES) & TYPE_MASK) == type) {
                return at;
            }
            at += attributeLength + (-attributeLength & 3);
        }
        return -1;
    }

    private String text(final int at) {
        final byte[] bytes = new byte[(buffer.getShort(at) & 0xffff) - ATTRIBUTE_HEADER_LENGTH];
        buffer.getBytes(at + ATTRIBUTE_HEADER_LENGTH, bytes);
        return new String(bytes, StandardCharsets.UTF_8).replace("\0", "");
    }
}
