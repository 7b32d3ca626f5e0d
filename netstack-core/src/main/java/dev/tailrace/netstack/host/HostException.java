package dev.tailrace.netstack.host;

/// A control-plane call on a host port failed.
public final class HostException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int errno;

    /// @param errno positive errno
    public HostException(final String message, final int errno) {
        super(message);
        this.errno = errno;
    }

    /// The positive errno.
    public int errno() {
        return errno;
    }
}
