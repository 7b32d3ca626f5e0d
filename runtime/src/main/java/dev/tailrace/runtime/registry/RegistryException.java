package dev.tailrace.runtime.registry;

/// A registry refuses, cannot be reached, or sends what cannot be; the message is one line, in Docker's
/// words where its clients look for them.
public final class RegistryException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// What is wrong, for those who answer by it.
    public enum Kind {
        /// The user's settings, name or credentials make no sense.
        INVALID,
        /// There is no such image, or it is not for everybody.
        NOT_FOUND,
        /// The credentials are missing or wrong.
        UNAUTHORIZED,
        /// Nobody answers, or not in a way that we can use.
        UNREACHABLE,
        /// What the registry sent is malformed, or not what it should be.
        MALFORMED,
        /// It answered with another error.
        FAILED
    }

    private final Kind kind;

    public RegistryException(final Kind kind, final String message) {
        super(message);
        this.kind = kind;
    }

    public RegistryException(final Kind kind, final String message, final Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    static RegistryException malformed(final String message) {
        return new RegistryException(Kind.MALFORMED, message);
    }
}
