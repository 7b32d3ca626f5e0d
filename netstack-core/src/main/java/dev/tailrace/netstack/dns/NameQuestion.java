package dev.tailrace.netstack.dns;

import java.nio.ByteOrder;
import org.agrona.DirectBuffer;

/// The question of a query (RFC 1035 section 4.1), and what EDNS says of the one who asks (RFC 6891 section 6.1).
final class NameQuestion {
    static final int HEADER_LENGTH = 12;
    static final int OPT = 41;
    static final int INTERNET = 1;
    static final int ANY = 255;

    /// What an answer may have without EDNS (RFC 1035 section 4.2.1).
    static final int PLAIN_ANSWER_BYTES = 512;

    /// Of the record of EDNS: root name, type, class, TTL, length.
    static final int OPT_LENGTH = 11;

    private static final int FLAGS = 2;
    private static final int QUESTIONS = 4;
    private static final int ANSWERS = 6;
    private static final int AUTHORITIES = 8;
    private static final int ADDITIONAL = 10;
    private static final int RESPONSE_AND_OPCODE = 0xf800;
    private static final int MAX_LABEL_LENGTH = 63;
    private static final int MAX_NAME_LENGTH = 255;

    private final StringBuilder name = new StringBuilder();
    private int length;
    private int type;
    private int answerBytes;
    private boolean hasEdns;

    /// @return whether it is a query with one question that can be read
    boolean read(final DirectBuffer message, final int offset, final int messageLength) {
        name.setLength(0);
        hasEdns = false;
        answerBytes = PLAIN_ANSWER_BYTES;
        if (messageLength < HEADER_LENGTH
                || (int16(message, offset + FLAGS) & RESPONSE_AND_OPCODE) != 0
                || int16(message, offset + QUESTIONS) != 1
                || int16(message, offset + ANSWERS) != 0
                || int16(message, offset + AUTHORITIES) != 0) {
            return false;
        }
        final int end = offset + messageLength;
        final int behindName = readName(message, offset + HEADER_LENGTH, end);
        if (behindName < 0 || behindName + 4 > end) {
            return false;
        }
        type = int16(message, behindName);
        final int questionClass = int16(message, behindName + 2);
        length = behindName + 4 - offset;
        readEdns(message, behindName + 4, end, int16(message, offset + ADDITIONAL));
        return questionClass == INTERNET || questionClass == ANY;
    }

    /// In lower case, without the last dot.
    String name() {
        return name.toString();
    }

    /// Of the record that is asked for.
    int type() {
        return type;
    }

    /// Of header and question, in bytes.
    int length() {
        return length;
    }

    /// Whether the answer has to say that we know EDNS, too.
    boolean hasEdns() {
        return hasEdns;
    }

    /// Longest answer that is taken.
    int answerBytes() {
        return answerBytes;
    }

    /// @return the offset behind the name, or -1
    private int readName(final DirectBuffer message, final int start, final int end) {
        int at = start;
        while (at < end) {
            final int labelLength = message.getByte(at) & 0xff;
            at++;
            if (labelLength == 0) {
                return at;
            }
            // A pointer has nowhere to point in the first name of a message.
            if (labelLength > MAX_LABEL_LENGTH
                    || at + labelLength > end
                    || at + labelLength - start > MAX_NAME_LENGTH) {
                return -1;
            }
            if (!name.isEmpty()) {
                name.append('.');
            }
            for (final int behind = at + labelLength; at < behind; at++) {
                final int octet = message.getByte(at) & 0xff;
                name.append((char) (octet >= 'A' && octet <= 'Z' ? octet + ('a' - 'A') : octet));
            }
        }
        return -1;
    }

    private void readEdns(final DirectBuffer message, final int at, final int end, final int records) {
        if (records != 0 && at + OPT_LENGTH <= end && message.getByte(at) == 0 && int16(message, at + 1) == OPT) {
            hasEdns = true;
            answerBytes = Math.max(PLAIN_ANSWER_BYTES, int16(message, at + 3));
        }
    }

    /// An unsigned number of 16 bits, as messages have them.
    static int int16(final DirectBuffer message, final int at) {
        return message.getShort(at, ByteOrder.BIG_ENDIAN) & 0xffff;
    }
}
