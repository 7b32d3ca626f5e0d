package dev.tailrace.runtime.container;

/// A process could not be started; the message is one line for the user, with the words by which Docker's client
/// chooses its exit code (`executable file not found in $PATH`, `no such file or directory`, `permission denied`).
public final class StartException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int exitCode;

    /// @param exitCode 127 not found, 126 not executable, 128 anything else
    public StartException(final int exitCode, final String message) {
        super(message);
        this.exitCode = exitCode;
    }

    public int exitCode() {
        return exitCode;
    }
}
