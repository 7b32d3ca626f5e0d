package dev.tailrace.runtime.container;

import dev.tailrace.tapio.linux.SyscallNumber;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Signals that the engine was started to ignore: a new program would go on ignoring them.
final class IgnoredSignals {
    private static final String FIELD = "SigIgn:";
    private static final int HEXADECIMAL = 16;

    /// struct sigaction of the kernel: handler (0 is the default), flags, restorer, mask.
    private static final int SIGACTION_LENGTH = 32;

    private final long bits;

    private IgnoredSignals(final long bits) {
        this.bits = bits;
    }

    /// Those of this process, a bit each, signal 1 the lowest.
    static IgnoredSignals own() {
        try {
            return new IgnoredSignals(Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith(FIELD))
                    .mapToLong(line -> Long.parseUnsignedLong(
                            line.substring(FIELD.length()).strip(), HEXADECIMAL))
                    .findFirst()
                    .orElseThrow());
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Appends what makes a child take them by default again.
    void appendReset(final ChildProgram child) {
        final long action = child.memory().allocate(SIGACTION_LENGTH);
        for (int signal = 1; signal <= Long.SIZE; signal++) {
            if ((bits >>> (signal - 1) & 1) != 0) {
                child.add(
                        "rt_sigaction",
                        String.valueOf(signal),
                        SyscallNumber.RT_SIGACTION,
                        signal,
                        action,
                        0,
                        Long.BYTES);
            }
        }
    }
}
