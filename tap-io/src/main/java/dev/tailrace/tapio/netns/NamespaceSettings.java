package dev.tailrace.tapio.netns;

import static dev.tailrace.tapio.linux.Fd.O_CLOEXEC;
import static dev.tailrace.tapio.linux.Fd.O_WRONLY;

import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.SyscallNumber;
import dev.tailrace.tapio.stub.SyscallProgram;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Appends to a syscall program, which is in the namespace by then, what writes settings below /proc/sys/net: each
/// reader is shown its own namespace there, so the child may open them by the usual path.
final class NamespaceSettings {
    private static final int AT_FDCWD = -100;

    private final SyscallProgram program;
    private final List<Integer> opened = new ArrayList<>();

    NamespaceSettings(final SyscallProgram program) {
        this.program = program;
    }

    /// Writes a setting if it is there and may be written.
    ///
    /// @return the record whose result is the length written
    int add(final String path, final String value) {
        final Memory memory = program.memory();
        final int open =
                program.add("open", path, SyscallNumber.OPENAT, AT_FDCWD, memory.cString(path), O_WRONLY | O_CLOEXEC);
        opened.add(open);
        final int length = value.getBytes(StandardCharsets.UTF_8).length;
        final int write = program.add("write", path, SyscallNumber.WRITE, 0, memory.cString(value), length);
        program.argumentFrom(write, 0, open);
        program.jumpOnError(open, program.end());
        program.ignoreError(write);
        return write;
    }

    /// Closes what the run opened.
    void closeDescriptors() {
        for (final int open : opened) {
            if (program.result(open) >= 0) {
                Fd.close((int) program.result(open));
            }
        }
    }
}
