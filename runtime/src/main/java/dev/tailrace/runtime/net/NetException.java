package dev.tailrace.runtime.net;

/// What the user is told in one line.
final class NetException extends Exception {
    private static final long serialVersionUID = 1L;

    NetException(final String line) {
        super(line);
    }
}
