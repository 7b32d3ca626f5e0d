package dev.tailrace.perf.server;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/// Answers DNS queries (RFC 1035) for one name with one IPv4 address, and says of every other name that it does not
/// exist.
final class NameAnswer {
    private static final int HEADER_BYTES = 12;
    private static final int TYPE_AND_CLASS_BYTES = 4;
    private static final int TYPE_A = 1;
    private static final int CLASS_IN = 1;
    private static final int TTL_SECONDS = 60;

    /// QR and AA set, RD as most clients ask it.
    private static final int ANSWER_FLAGS = 0x8580;

    private static final int NAME_ERROR = 3;

    /// Name, type, class, TTL, length and address.
    private static final int ANSWER_BYTES = 2 + 2 + 2 + 4 + 2 + 4;

    /// A compressed name: the one at the start of the question.
    private static final int POINTER_TO_QUESTION = 0xc000 | HEADER_BYTES;

    private final byte[] name;
    private final byte[] address;

    NameAnswer(final String name, final InetAddress address) {
        this.name = encode(name);
        this.address = address.getAddress();
    }

    /// The response to a query, or nothing to what is no query.
    byte[] to(final byte[] query, final int length) {
        final int nameEnd = nameEnd(query, length);
        final int questionEnd = nameEnd + TYPE_AND_CLASS_BYTES;
        if (nameEnd < 0 || questionEnd > length) {
            return new byte[0];
        }
        final boolean known = Arrays.equals(lowerCase(query, nameEnd), name);
        final boolean answered = known && ByteBuffer.wrap(query).getShort(nameEnd) == TYPE_A;
        final ByteBuffer response = ByteBuffer.allocate(questionEnd + ANSWER_BYTES);
        response.put(query, 0, Short.BYTES)
                .putShort((short) (ANSWER_FLAGS | (known ? 0 : NAME_ERROR)))
                .putShort((short) 1)
                .putShort((short) (answered ? 1 : 0))
                .putInt(0)
                .put(query, HEADER_BYTES, questionEnd - HEADER_BYTES);
        if (answered) {
            response.putShort((short) POINTER_TO_QUESTION)
                    .putShort((short) TYPE_A)
                    .putShort((short) CLASS_IN)
                    .putInt(TTL_SECONDS)
                    .putShort((short) address.length)
                    .put(address);
        }
        return Arrays.copyOf(response.array(), response.position());
    }

    /// The offset after the question's name, negative if it does not end.
    private static int nameEnd(final byte[] query, final int length) {
        int offset = HEADER_BYTES;
        while (offset < length && query[offset] > 0) {
            offset += 1 + query[offset];
        }
        return offset < length && query[offset] == 0 ? offset + 1 : -1;
    }

    private static byte[] lowerCase(final byte[] query, final int nameEnd) {
        return new String(query, HEADER_BYTES, nameEnd - HEADER_BYTES, StandardCharsets.ISO_8859_1)
                .toLowerCase(Locale.ROOT)
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] encode(final String name) {
        final ByteArrayOutputStream encoded = new ByteArrayOutputStream();
        for (final String label : name.split("\\.")) {
            encoded.write(label.length());
            encoded.writeBytes(label.getBytes(StandardCharsets.US_ASCII));
        }
        encoded.write(0);
        return encoded.toByteArray();
    }
}
