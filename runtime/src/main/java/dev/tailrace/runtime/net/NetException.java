package dev.tailrace.runtime.net;

/// What the user is told in one line.
public final class NetException extends Exception {
    private static final long serialVersionUID = 1L;

    public NetException(final String line) {
        super(line);
    }
}
