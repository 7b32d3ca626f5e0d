package dev.tailrace.runtime.network;

/// A network or a published port cannot be had; the message is one line for the user.
public final class NetworkException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public NetworkException(final String message) {
        super(message);
    }

    public NetworkException(final String message, final Throwable cause) {
        super(message, cause);
    }
}
