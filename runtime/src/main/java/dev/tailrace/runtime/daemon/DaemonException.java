package dev.tailrace.runtime.daemon;

/// The daemon cannot start; the message is one line for the user, with what to do.
public final class DaemonException extends RuntimeException {
    /// Something failed.
    public static final int FAILED = 1;

    /// The command line is wrong.
    public static final int USAGE = 2;

    /// Another daemon has the data root or the socket.
    public static final int RUNNING = 3;

    /// The machine or the account lacks something.
    public static final int LACKING = 4;

    private static final long serialVersionUID = 1;

    private final int exitCode;

    DaemonException(final int exitCode, final String message) {
        super(message);
        this.exitCode = exitCode;
    }

    DaemonException(final int exitCode, final String message, final Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    /// One of the constants here.
    public int exitCode() {
        return exitCode;
    }
}
