package dev.tailrace.runtime.engine;

/// The engine refuses a request or fails at it; the message is one line for the user, in Docker's words where its
/// clients look for them.
public final class EngineException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// What is wrong, for those who answer by it.
    public enum Kind {
        /// The request makes no sense.
        INVALID,
        NOT_FOUND,
        /// The image that a container is to be made of: who asks may pull it.
        NO_IMAGE,
        /// It makes sense, but is never allowed, or not while others use it.
        FORBIDDEN,
        /// It makes sense, but not in the state that things are in.
        CONFLICT,
        /// What was asked for is the case already.
        UNCHANGED,
        /// We do not have it.
        UNSUPPORTED,
        FAILED
    }

    private final Kind kind;

    public EngineException(final Kind kind, final String message) {
        super(message);
        this.kind = kind;
    }

    public EngineException(final Kind kind, final String message, final Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    static EngineException invalid(final String message) {
        return new EngineException(Kind.INVALID, message);
    }

    static EngineException conflict(final String message) {
        return new EngineException(Kind.CONFLICT, message);
    }
}
