package dev.tailrace.tapio.slirp;

/// A command line that cannot be carried out. The message is for the user; the usage may follow it.
final class OptionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean usage;

    private OptionException(final String message, final boolean usage) {
        super(message, null, false, false);
        this.usage = usage;
    }

    /// An error that is told with the usage.
    static OptionException withUsage(final String message) {
        return new OptionException(message, true);
    }

    /// An error that is told alone.
    static OptionException alone(final String message) {
        return new OptionException(message, false);
    }

    boolean usage() {
        return usage;
    }
}
