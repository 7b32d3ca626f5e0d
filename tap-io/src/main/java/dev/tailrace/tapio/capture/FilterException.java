package dev.tailrace.tapio.capture;

/// An expression that is no filter. The message is one line with the column, counted from 1.
public final class FilterException extends Exception {
    private static final long serialVersionUID = 1L;

    FilterException(final int column, final String reason) {
        super("column " + column + ": " + reason);
    }
}
