package dev.tailrace.runtime.image.pack;

/// A program cannot be packed; the message is one line for the user.
public final class PackException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public PackException(final String message) {
        super(message);
    }

    public PackException(final String message, final Throwable cause) {
        super(message, cause);
    }
}
