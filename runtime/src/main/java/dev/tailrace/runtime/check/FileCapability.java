package dev.tailrace.runtime.check;

import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;
import java.nio.file.Path;

/// Privileges that a program has by an attribute of its file instead of the setuid bit: Fedora and Arch do so.
final class FileCapability {
    private static final String ATTRIBUTE = "security.capability";
    private static final int BYTES_PER_CHARACTER = 3;
    private static final int ROOM = 64;

    private FileCapability() {}

    static boolean isThere(final Path file) {
        final String path = file.toString();
        try (Memory memory = Memory.region(ROOM + path.length() * BYTES_PER_CHARACTER)) {
            final long name = memory.cString(path);
            return Syscall.call(SyscallNumber.LGETXATTR, name, memory.cString(ATTRIBUTE), 0, 0) > 0;
        }
    }
}
