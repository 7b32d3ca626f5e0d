package dev.tailrace.tapio.linux;

/// A system call failed: which, on what, and the kernel's reason.
public final class LinuxException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String call;
    private final String object;
    private final int errno;

    /// @param call what was tried, such as `open`
    /// @param object on what, such as `/dev/net/tun`; empty when there is nothing to name
    /// @param errno the positive error number
    public LinuxException(final String call, final String object, final int errno) {
        super((object.isEmpty() ? call : call + " " + object) + ": " + Errno.name(errno) + " (" + Errno.text(errno)
                + ")");
        this.call = call;
        this.object = object;
        this.errno = errno;
    }

    /// What was tried.
    public String call() {
        return call;
    }

    /// On what; may be empty.
    public String object() {
        return object;
    }

    /// The positive error number.
    public int errno() {
        return errno;
    }
}
