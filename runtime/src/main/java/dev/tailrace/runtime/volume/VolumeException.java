package dev.tailrace.runtime.volume;

/// A volume cannot be had; the message is one line for the user, in Docker's words.
public final class VolumeException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// What is wrong.
    public enum Kind {
        /// The request makes no sense.
        INVALID,
        /// The disk.
        FAILED
    }

    private final Kind kind;

    VolumeException(final Kind kind, final String message) {
        super(message);
        this.kind = kind;
    }

    VolumeException(final String message, final Throwable cause) {
        super(message, cause);
        this.kind = Kind.FAILED;
    }

    public Kind kind() {
        return kind;
    }
}
