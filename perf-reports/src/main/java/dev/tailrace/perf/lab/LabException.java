package dev.tailrace.perf.lab;

/// Something of the laboratory failed. The message says what was tried and what the program or the kernel answered.
public final class LabException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public LabException(final String message) {
        super(message);
    }

    public LabException(final String message, final Throwable cause) {
        super(message + ": " + cause.getMessage(), cause);
    }
}
