package dev.tailrace.runtime.build;

/// A build cannot begin, or fails; the message is one line, in Docker's words where there are such.
public final class BuildException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// What is wrong, for those who answer by it.
    public enum Kind {
        /// The request or the Dockerfile.
        INVALID,
        /// What only BuildKit has, or nobody here.
        UNSUPPORTED,
        FAILED
    }

    private final Kind kind;
    private final int exitCode;

    public BuildException(final Kind kind, final String message) {
        this(kind, message, 1);
    }

    public BuildException(final Kind kind, final String message, final Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.exitCode = 1;
    }

    /// @param exitCode of the process that failed
    BuildException(final Kind kind, final String message, final int exitCode) {
        super(message);
        this.kind = kind;
        this.exitCode = exitCode;
    }

    public Kind kind() {
        return kind;
    }

    /// What docker's client ends with.
    public int exitCode() {
        return exitCode;
    }

    static BuildException atLine(final int line, final String message) {
        return new BuildException(Kind.INVALID, "dockerfile parse error on line " + line + ": " + message);
    }
}
