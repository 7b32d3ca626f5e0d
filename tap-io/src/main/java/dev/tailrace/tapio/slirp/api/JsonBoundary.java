package dev.tailrace.tapio.slirp.api;

/// Finds the end of a JSON document in bytes that are still arriving, without understanding it.
///
/// Clients need not end their direction of the connection, and may write a request in pieces, so the brackets decide.
final class JsonBoundary {
    /// The document is not complete.
    static final int INCOMPLETE = -1;

    /// Brackets nest deeper than any request of ours: parsing would only cost stack.
    static final int TOO_DEEP = -2;

    private static final int MAX_DEPTH = 32;

    private JsonBoundary() {}

    /// Looks at the first `length` bytes.
    ///
    /// @return how many bytes belong to the document, [#INCOMPLETE] or [#TOO_DEEP]. What cannot be the beginning of
    /// an     object or array is complete at once: only the parser can say what is wrong with it
    static int end(final byte[] bytes, final int length) {
        int depth = 0;
        boolean inString = false;
        for (int i = 0; i < length; i++) {
            final byte b = bytes[i];
            if (inString) {
                if (b == '\\') {
                    i++;
                } else if (b == '"') {
                    inString = false;
                }
            } else if (b == '{' || b == '[') {
                if (++depth > MAX_DEPTH) {
                    return TOO_DEEP;
                }
            } else if (b == '}' || b == ']') {
                if (--depth <= 0) {
                    return i + 1;
                }
            } else if (depth == 0 && !isSpace(b)) {
                return length;
            } else if (b == '"') {
                inString = true;
            }
        }
        return INCOMPLETE;
    }

    private static boolean isSpace(final byte b) {
        return b == ' ' || b == '\n' || b == '\r' || b == '\t';
    }
}
