package dev.tailrace.runtime.storage;

/// A layer or a root cannot be made, read or removed; the message is one line.
public final class StorageException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// What is wrong, for those who answer by it.
    public enum Kind {
        /// An archive that is malformed, ends too early, or would leave its root.
        CORRUPT,
        /// The content is not what its digest says.
        DIGEST,
        /// An archive with more bytes or entries than are allowed.
        LIMIT,
        /// The kernel refuses: the disk is full, an id is not mapped, and so on.
        SYSTEM
    }

    private final Kind kind;

    public StorageException(final Kind kind, final String message) {
        super(message);
        this.kind = kind;
    }

    public StorageException(final Kind kind, final String message, final Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
