package dev.tailrace.runtime.client;

/// The engine refused a request; the message is its own, in docker's words.
public final class ApiException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;

    public ApiException(final int status, final String message) {
        super(message);
        this.status = status;
    }

    /// Of HTTP.
    public int status() {
        return status;
    }

    /// What the engine said.
    public String reason() {
        return String.valueOf(getMessage());
    }
}
