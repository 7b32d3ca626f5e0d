package dev.tailrace.runtime.log;

import java.nio.charset.StandardCharsets;

/// Cuts the bytes of one stream into entries.
final class LineAssembler {
    /// Docker's: a longer line becomes several entries.
    static final int MAXIMUM_BYTES = 16 * 1024;

    private final byte[] buffer = new byte[MAXIMUM_BYTES];
    private int length;

    /// Takes an entry.
    interface Sink {
        void entry(String text);
    }

    void add(final byte[] bytes, final int offset, final int count, final Sink sink) {
        int from = offset;
        final int end = offset + count;
        while (from < end) {
            final int most = Math.min(end, from + MAXIMUM_BYTES - length);
            final int lineEnd = indexOfLineEnd(bytes, from, most);
            final int to = lineEnd < 0 ? most : lineEnd + 1;
            System.arraycopy(bytes, from, buffer, length, to - from);
            length += to - from;
            from = to;
            if (lineEnd >= 0) {
                emit(length, sink);
            } else if (length == MAXIMUM_BYTES) {
                emit(wholeCharacters(), sink);
            }
        }
    }

    /// Emits what has no line end yet.
    void finish(final Sink sink) {
        if (length > 0) {
            emit(length, sink);
        }
    }

    private void emit(final int count, final Sink sink) {
        final String text = new String(buffer, 0, count, StandardCharsets.UTF_8);
        System.arraycopy(buffer, count, buffer, 0, length - count);
        length -= count;
        sink.entry(text);
    }

    /// The length of the buffer up to a character that its end would cut in two. Text that is not UTF-8 is cut
    /// anywhere.
    private int wholeCharacters() {
        for (int back = 1; back <= 3; back++) {
            final int unit = buffer[length - back] & 0xff;
            if (unit < 0x80) {
                return length;
            }
            if (unit >= 0xc0) {
                final int needed = unit >= 0xf0 ? 4 : unit >= 0xe0 ? 3 : 2;
                return needed > back ? length - back : length;
            }
        }
        return length;
    }

    private static int indexOfLineEnd(final byte[] bytes, final int from, final int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == '\n') {
                return i;
            }
        }
        return -1;
    }
}
