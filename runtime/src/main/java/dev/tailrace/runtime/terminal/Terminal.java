package dev.tailrace.runtime.terminal;

import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;
import java.util.Optional;

/// The terminal behind a descriptor: termios(3), ioctl_tty(2).
public final class Terminal {
    public static final int STANDARD_INPUT = 0;
    public static final int STANDARD_OUTPUT = 1;

    // asm-generic/ioctls.h.
    private static final int TCGETS = 0x5401;
    private static final int TCSETS = 0x5402;
    private static final int TIOCGWINSZ = 0x5413;

    // struct termios (asm-generic/termbits.h): four words of flags, the discipline, 19 control characters.
    private static final int TERMIOS_LENGTH = 36;
    private static final int INPUT_FLAGS = 0;
    private static final int OUTPUT_FLAGS = 4;
    private static final int CONTROL_FLAGS = 8;
    private static final int LOCAL_FLAGS = 12;
    private static final int CONTROL_CHARACTERS = 17;
    private static final int VTIME = 5;
    private static final int VMIN = 6;

    /// IGNBRK, BRKINT, PARMRK, ISTRIP, INLCR, IGNCR, ICRNL, IXON.
    private static final int RAW_INPUT = 0x0001 | 0x0002 | 0x0008 | 0x0020 | 0x0040 | 0x0080 | 0x0100 | 0x0400;

    /// OPOST.
    private static final int RAW_OUTPUT = 0x0001;

    /// ISIG, ICANON, ECHO, ECHONL, IEXTEN.
    private static final int RAW_LOCAL = 0x0001 | 0x0002 | 0x0008 | 0x0040 | 0x8000;

    private static final int CSIZE_AND_PARENB = 0x0130;
    private static final int CS8 = 0x0030;

    private static final int WINSIZE_LENGTH = 8;
    private static final int MASK = 0xffff;

    private final int fd;

    public Terminal(final int fd) {
        this.fd = fd;
    }

    /// A terminal's size, in characters.
    public record Size(int rows, int columns) {}

    /// Whether the descriptor is a terminal at all.
    public boolean isTerminal() {
        try (Memory termios = Memory.region(TERMIOS_LENGTH)) {
            return !Syscall.isError(Syscall.call(SyscallNumber.IOCTL, fd, TCGETS, termios.address()));
        }
    }

    /// Empty where there is no terminal, or one that has no size.
    public Optional<Size> size() {
        try (Memory memory = Memory.region(WINSIZE_LENGTH)) {
            if (Syscall.isError(Syscall.call(SyscallNumber.IOCTL, fd, TIOCGWINSZ, memory.address()))) {
                return Optional.empty();
            }
            final int rows = memory.buffer().getShort(0) & MASK;
            final int columns = memory.buffer().getShort(Short.BYTES) & MASK;
            return rows == 0 || columns == 0 ? Optional.empty() : Optional.of(new Size(rows, columns));
        }
    }

    /// Hands on what is typed byte by byte from now on, until the answer is closed, which may be done twice and by any
    /// thread.
    ///
    /// @throws LinuxException if it is no terminal
    public Raw makeRaw() {
        final Memory before = Memory.region(TERMIOS_LENGTH);
        control(TCGETS, before);
        try (Memory raw = Memory.region(TERMIOS_LENGTH)) {
            raw.buffer().putBytes(0, before.buffer(), 0, TERMIOS_LENGTH);
            clear(raw, INPUT_FLAGS, RAW_INPUT);
            clear(raw, OUTPUT_FLAGS, RAW_OUTPUT);
            clear(raw, LOCAL_FLAGS, RAW_LOCAL);
            clear(raw, CONTROL_FLAGS, CSIZE_AND_PARENB);
            raw.buffer().putInt(CONTROL_FLAGS, raw.buffer().getInt(CONTROL_FLAGS) | CS8);
            raw.buffer().putByte(CONTROL_CHARACTERS + VMIN, (byte) 1);
            raw.buffer().putByte(CONTROL_CHARACTERS + VTIME, (byte) 0);
            control(TCSETS, raw);
        }
        return new Raw(before);
    }

    private static void clear(final Memory termios, final int offset, final int flags) {
        termios.buffer().putInt(offset, termios.buffer().getInt(offset) & ~flags);
    }

    private void control(final int request, final Memory termios) {
        Syscall.check(
                Syscall.call(SyscallNumber.IOCTL, fd, request, termios.address()),
                request == TCGETS ? "ioctl(TCGETS)" : "ioctl(TCSETS)",
                "fd " + fd);
    }

    /// A terminal in raw mode, and how it was before.
    public final class Raw implements AutoCloseable {
        private final Memory before;
        private boolean isOpen = true;

        private Raw(final Memory before) {
            this.before = before;
        }

        @Override
        public synchronized void close() {
            if (isOpen) {
                isOpen = false;
                control(TCSETS, before);
                before.close();
            }
        }
    }
}
