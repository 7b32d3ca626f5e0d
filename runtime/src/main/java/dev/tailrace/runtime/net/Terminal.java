package dev.tailrace.runtime.net;

import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;
import java.util.Map;

/// How wide the standard output is.
final class Terminal {
    /// It is no terminal, so nothing has to fit.
    static final int UNBOUNDED = Integer.MAX_VALUE;

    /// `TIOCGWINSZ` (asm-generic/ioctls.h) answers in a `struct winsize`: rows, then columns, two bytes each.
    private static final int TIOCGWINSZ = 0x5413;

    private static final int STANDARD_OUTPUT = 1;
    private static final int WINSIZE_LENGTH = 8;
    private static final int LEAST = 40;

    private Terminal() {}

    /// Columns: as the variable `COLUMNS` says, else as the terminal does.
    static int columns(final Map<String, String> environment) {
        final String told = environment.getOrDefault("COLUMNS", "");
        if (told.matches("[1-9][0-9]{0,4}")) {
            return Math.max(LEAST, Integer.parseInt(told));
        }
        try (Memory memory = Memory.region(WINSIZE_LENGTH)) {
            final long result = Syscall.call(SyscallNumber.IOCTL, STANDARD_OUTPUT, TIOCGWINSZ, memory.address());
            final int columns = memory.buffer().getShort(Short.BYTES) & 0xffff;
            return result < 0 || columns == 0 ? UNBOUNDED : Math.max(LEAST, columns);
        }
    }
}
