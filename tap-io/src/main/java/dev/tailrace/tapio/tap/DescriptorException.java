package dev.tailrace.tapio.tap;

/// A descriptor that we were given is none that frames go through.
public final class DescriptorException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DescriptorException(final int fd, final String problem) {
        super("fd " + fd + " " + problem);
    }
}
