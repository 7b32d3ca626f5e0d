package dev.tailrace.runtime.container;

/// A process could not be started; the message is one line for the user, with the words by which Docker's client
/// chooses its exit code (`executable file not found in $PATH`, `no such file or directory`, `permission denied`).
public final class StartException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// The program is not there.
    public static final int NOT_FOUND = 127;

    /// The program is there, but cannot be executed.
    public static final int NOT_EXECUTABLE = 126;

    /// Anything else.
    public static final int OTHER = 128;

    private final int exitCode;

    /// @param exitCode [#NOT_FOUND], [#NOT_EXECUTABLE] or [#OTHER]
    public StartException(final int exitCode, final String message) {
        super(message);
        this.exitCode = exitCode;
    }

    public int exitCode() {
        return exitCode;
    }
}
