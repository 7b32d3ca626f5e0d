package dev.tailrace.runtime.image;

/// Something is wrong with an image or its name; the message is one line for the user.
public final class ImageException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// What is wrong, for those who answer by it.
    public enum Kind {
        NO_SUCH_IMAGE,
        /// A name that is none, an archive that cannot be understood, a wrong digest.
        INVALID,
        /// Containers or other names keep the image.
        IN_USE,
        /// The disk is full, or a file cannot be written.
        STORAGE
    }

    private final Kind kind;

    public ImageException(final Kind kind, final String message) {
        super(message);
        this.kind = kind;
    }

    public ImageException(final Kind kind, final String message, final Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
