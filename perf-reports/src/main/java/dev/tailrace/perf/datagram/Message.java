package dev.tailrace.perf.datagram;

import java.nio.ByteBuffer;
import java.util.Optional;

/// What the two ends tell each other beside data: kind and token, which data begins with too, and three numbers.
///
/// @param bytes of payload that were sent, or got
/// @param datagrams these were
/// @param tookNs from the first that was got to the last; 0 from a sender
record Message(Kind kind, long bytes, long datagrams, long tookNs) {
    /// The first word of a datagram.
    enum Kind {
        /// From the client: it is there.
        HELLO,
        /// The server will count.
        READY,
        /// One of the many.
        DATA,
        /// All that was sent.
        END,
        /// What of it arrived.
        REPORT
    }

    /// Kind and token.
    static final int HEADER_BYTES = 2 * Integer.BYTES;

    /// Of a message that is no data: shorter than any datagram of data, so that the kernel does not take one for the
    /// beginning of a batch.
    static final int BYTES = HEADER_BYTES + 3 * Long.BYTES;

    private static final Kind[] KINDS = Kind.values();

    static Message of(final Kind kind) {
        return new Message(kind, 0, 0, 0);
    }

    /// What a datagram begins with.
    static long header(final Kind kind, final int token) {
        return (long) kind.ordinal() << Integer.SIZE | Integer.toUnsignedLong(token);
    }

    /// Writes it to the start of a buffer.
    void write(final ByteBuffer buffer, final int token) {
        buffer.putLong(0, header(kind, token));
        buffer.putLong(HEADER_BYTES, bytes);
        buffer.putLong(HEADER_BYTES + Long.BYTES, datagrams);
        buffer.putLong(HEADER_BYTES + 2 * Long.BYTES, tookNs);
    }

    /// Reads what is no data.
    ///
    /// @return nothing if it is none of ours
    static Optional<Message> read(final ByteBuffer buffer, final int offset, final int lengthBytes, final int token) {
        if (lengthBytes != BYTES) {
            return Optional.empty();
        }
        final long header = buffer.getLong(offset);
        final long kind = header >>> Integer.SIZE;
        if ((int) header != token || kind >= KINDS.length) {
            return Optional.empty();
        }
        return Optional.of(new Message(
                KINDS[(int) kind],
                buffer.getLong(offset + HEADER_BYTES),
                buffer.getLong(offset + HEADER_BYTES + Long.BYTES),
                buffer.getLong(offset + HEADER_BYTES + 2 * Long.BYTES)));
    }
}
