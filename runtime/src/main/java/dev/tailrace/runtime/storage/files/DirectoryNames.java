package dev.tailrace.runtime.storage.files;

import dev.tailrace.runtime.storage.ByteText;
import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// The names in a directory.
public final class DirectoryNames {
    private static final int BUFFER_BYTES = 32 * 1024;

    /// struct linux_dirent64 (getdents(2)): inode, offset, length of the record, type, name.
    private static final int RECORD_LENGTH = 16;

    private static final int NAME = 19;

    private DirectoryNames() {}

    /// All but `.` and `..`, in the order of their bytes.
    ///
    /// @param fd of the directory, read from where it stands
    public static List<String> of(final int fd) {
        final List<String> names = new ArrayList<>();
        try (Memory memory = Memory.region(BUFFER_BYTES)) {
            while (true) {
                final long length = Syscall.check(
                        Syscall.call(SyscallNumber.GETDENTS64, fd, memory.address(), BUFFER_BYTES), "getdents", "");
                if (length == 0) {
                    Collections.sort(names);
                    return names;
                }
                for (int at = 0; at < length; at += memory.buffer().getShort(at + RECORD_LENGTH)) {
                    final String name = name(memory, at + NAME);
                    if (!name.equals(".") && !name.equals("..")) {
                        names.add(name);
                    }
                }
            }
        }
    }

    private static String name(final Memory memory, final int start) {
        int end = start;
        while (memory.buffer().getByte(end) != 0) {
            end++;
        }
        final byte[] name = new byte[end - start];
        memory.buffer().getBytes(start, name);
        return ByteText.of(name, 0, name.length);
    }
}
