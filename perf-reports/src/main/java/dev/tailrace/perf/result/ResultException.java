package dev.tailrace.perf.result;

/// A result cannot be read or kept. The message says which, why, and what helps.
public final class ResultException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ResultException(final String message) {
        super(message);
    }

    public ResultException(final String message, final Throwable cause) {
        super(message, cause);
    }
}
