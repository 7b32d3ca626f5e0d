package dev.tailrace.runtime.cli;

/// A command cannot do what it was asked to; the message is one line for the user.
final class CommandException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int exitCode;

    CommandException(final int exitCode, final String message) {
        super(message);
        this.exitCode = exitCode;
    }

    CommandException(final int exitCode, final String message, final Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }
}
