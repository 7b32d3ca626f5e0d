package dev.tailrace.perf.engine;

import dev.tailrace.perf.lab.LabException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;

/// The status line of an answer and the headers that say how long its body is (RFC 9112).
///
/// @param lengthBytes of the body; -1 if it is not said
record AnswerHead(int status, long lengthBytes, boolean isChunked) {
    static final int SWITCHING_PROTOCOLS = 101;

    private static final int MOST_BYTES = 1 << 16;

    /// Byte by byte: what follows is not ours to read.
    static AnswerHead read(final String request, final InputStream in) throws IOException {
        final String status = line(in);
        final String[] words = status.split(" ", 3);
        if (words.length < 2 || !words[1].matches("[0-9]{3}")) {
            throw new LabException("%s: the answer begins with '%s'".formatted(request, status));
        }
        long lengthBytes = -1;
        boolean isChunked = false;
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            final String lower = header.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                lengthBytes =
                        Long.parseLong(lower.substring(lower.indexOf(':') + 1).strip());
            }
            isChunked |= lower.startsWith("transfer-encoding:") && lower.endsWith("chunked");
        }
        return new AnswerHead(Integer.parseInt(words[1]), lengthBytes, isChunked);
    }

    /// A line without its end.
    static String line(final InputStream in) throws IOException {
        final StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0 || line.length() > MOST_BYTES) {
                throw new EOFException("the answer ended in its head, or has none");
            }
            line.append((char) next);
        }
        return line.toString().stripTrailing();
    }
}
