package dev.tailrace.netstack.dns;

import dev.tailrace.netstack.wire.IpAddress;
import dev.tailrace.netstack.wire.IpLiteral;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/// Writes the answer to a query from names that are known here (RFC 1035 section 4.1).
final class NameAnswer {
    static final int NO_ERROR = 0;
    static final int SERVER_FAILURE = 2;

    /// Most that is sent, whatever the client takes: it fits into every link's packet (RFC 9715).
    private static final int MAX_LENGTH = 1232;

    /// Addresses change when a container is started again; who keeps one longer talks to nobody.
    private static final int TIME_TO_LIVE_S = 10;

    private static final int A = 1;
    private static final int POINTER = 12;
    private static final int AAAA = 28;

    private static final int RESPONSE = 0x8000;
    private static final int RECURSION_DESIRED = 0x0100;
    private static final int RECURSION_AVAILABLE = 0x0080;
    private static final int QUESTION_NAME = 0xc000 | NameQuestion.HEADER_LENGTH;

    /// Name, type, class, TTL, length.
    private static final int RECORD_HEAD_LENGTH = 12;

    private final UnsafeBuffer buffer = new UnsafeBuffer(ByteBuffer.allocateDirect(MAX_LENGTH));
    private int length;
    private int limit;
    private int answers;

    DirectBuffer buffer() {
        return buffer;
    }

    /// Writes an answer with as many of the records that were asked for as there is room for.
    ///
    /// @param query starts with the header
    /// @return its length in bytes; 0 if there is no room for the question
    int write(
            final DirectBuffer query,
            final int offset,
            final NameQuestion question,
            final int responseCode,
            final LocalNames.Records records) {
        if (question.length() + NameQuestion.OPT_LENGTH > MAX_LENGTH) {
            return 0;
        }
        buffer.putBytes(0, query, offset, question.length());
        length = question.length();
        limit = Math.min(question.answerBytes(), MAX_LENGTH) - (question.hasEdns() ? NameQuestion.OPT_LENGTH : 0);
        answers = 0;
        final int asked = NameQuestion.int16(buffer, 2) & RECURSION_DESIRED;
        final List<IpLiteral> addresses = records.addresses();
        // Who asks again begins with another one: ids of queries are random.
        final int first = addresses.isEmpty() ? 0 : NameQuestion.int16(buffer, 0) % addresses.size();
        for (int i = 0; i < addresses.size(); i++) {
            address(addresses.get((first + i) % addresses.size()), question.type());
        }
        if (question.type() == POINTER || question.type() == NameQuestion.ANY) {
            records.names().forEach(this::pointer);
        }
        int16(2, RESPONSE | asked | RECURSION_AVAILABLE | responseCode);
        int16(6, answers);
        int16(10, question.hasEdns() ? 1 : 0);
        if (question.hasEdns()) {
            edns();
        }
        return length;
    }

    private void address(final IpLiteral address, final int askedType) {
        final int type = address.isIpv4() ? A : AAAA;
        if (askedType != type && askedType != NameQuestion.ANY) {
            return;
        }
        final int bytes = address.isIpv4() ? Integer.BYTES : 2 * Long.BYTES;
        if (!begin(type, bytes)) {
            return;
        }
        if (address.isIpv4()) {
            buffer.putInt(length, IpAddress.ipv4(address.lo()), ByteOrder.BIG_ENDIAN);
        } else {
            buffer.putLong(length, address.hi(), ByteOrder.BIG_ENDIAN);
            buffer.putLong(length + Long.BYTES, address.lo(), ByteOrder.BIG_ENDIAN);
        }
        length += bytes;
    }

    private void pointer(final String name) {
        final byte[] dotted = ("." + name + ".").getBytes(StandardCharsets.ISO_8859_1);
        if (!begin(POINTER, dotted.length)) {
            return;
        }
        // Each dot gives way to the length of the label behind it, the last one to that of the root.
        buffer.putBytes(length, dotted);
        int labelLength = 0;
        for (int i = dotted.length - 1; i >= 0; i--) {
            if (dotted[i] == '.') {
                buffer.putByte(length + i, (byte) labelLength);
                labelLength = 0;
            } else {
                labelLength++;
            }
        }
        length += dotted.length;
    }

    /// Whether there is room; the head is written then.
    private boolean begin(final int type, final int dataBytes) {
        if (length + RECORD_HEAD_LENGTH + dataBytes > limit) {
            return false;
        }
        int16(length, QUESTION_NAME);
        int16(length + 2, type);
        int16(length + 4, NameQuestion.INTERNET);
        buffer.putInt(length + 6, TIME_TO_LIVE_S, ByteOrder.BIG_ENDIAN);
        int16(length + 10, dataBytes);
        length += RECORD_HEAD_LENGTH;
        answers++;
        return true;
    }

    private void edns() {
        buffer.setMemory(length, NameQuestion.OPT_LENGTH, (byte) 0);
        int16(length + 1, NameQuestion.OPT);
        int16(length + 3, MAX_LENGTH);
        length += NameQuestion.OPT_LENGTH;
    }

    private void int16(final int at, final int value) {
        buffer.putShort(at, (short) value, ByteOrder.BIG_ENDIAN);
    }
}
