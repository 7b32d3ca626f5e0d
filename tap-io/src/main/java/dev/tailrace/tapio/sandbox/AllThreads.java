package dev.tailrace.tapio.sandbox;

import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;
import dev.tailrace.tapio.stub.SyscallProgram;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The threads of this process as the kernel lists them, those that Java does not know included.
final class AllThreads {
    private static final int BUFFER_LENGTH = 16 * 1024;

    // struct linux_dirent64 (linux/dirent.h).
    private static final int LENGTH_OFFSET = 16;
    private static final int NAME_OFFSET = 19;

    private final int tasksFd;

    /// @param tasksFd `/proc/self/task`, open; stays the caller's
    AllThreads(final int tasksFd) {
        this.tasksFd = tasksFd;
    }

    /// Has every thread execute the program, the calling one last. A thread that starts meanwhile has inherited
    /// what its maker had by then, so this goes on until there is no thread that has not done it itself; doing it
    /// twice must do no harm.
    void run(final SyscallProgram program) {
        final int own = (int) Syscall.call(SyscallNumber.GETTID);
        final Set<Integer> done = new HashSet<>();
        done.add(own);
        boolean isNew = true;
        while (isNew) {
            isNew = false;
            for (final int tid : list()) {
                if (done.add(tid)) {
                    isNew = true;
                    program.runOn(tid);
                }
            }
        }
        program.runOn(own);
    }

    /// Looks whether all threads are as they should be.
    ///
    /// @param lines what the status of each must contain
    /// @throws IllegalStateException when one is not
    void check(final List<String> lines) {
        for (final int tid : list()) {
            final String status = status(tid);
            for (final String line : lines) {
                if (!status.isEmpty() && !status.contains("\n" + line + "\n")) {
                    throw new IllegalStateException("thread " + tid + " is not \"" + line + "\" but\n" + status);
                }
            }
        }
    }

    private List<Integer> list() {
        final List<Integer> ids = new ArrayList<>();
        Syscall.check(Syscall.call(SyscallNumber.LSEEK, tasksFd, 0, 0), "lseek", "/proc/self/task");
        try (Memory memory = Memory.region(BUFFER_LENGTH)) {
            int length;
            do {
                length = (int) Syscall.check(
                        Syscall.call(SyscallNumber.GETDENTS64, tasksFd, memory.address(), BUFFER_LENGTH),
                        "getdents64",
                        "/proc/self/task");
                int offset = 0;
                while (offset < length) {
                    final String name = memory.stringAt(memory.address() + offset + NAME_OFFSET);
                    if (name.charAt(0) != '.') {
                        ids.add(Integer.parseInt(name));
                    }
                    offset += memory.buffer().getShort(offset + LENGTH_OFFSET);
                }
            } while (length > 0);
        }
        return ids;
    }

    /// Empty when the thread has ended.
    private String status(final int tid) {
        final String name = tid + "/status";
        try (Memory memory = Memory.region(BUFFER_LENGTH)) {
            final long path = memory.cString(name);
            final long fd = Syscall.call(SyscallNumber.OPENAT, tasksFd, path, Fd.O_RDONLY | Fd.O_CLOEXEC, 0);
            if (fd == -Errno.ENOENT || fd == -Errno.ESRCH) {
                return "";
            }
            Syscall.check(fd, "open", "/proc/self/task/" + name);
            final long length = Fd.read((int) fd, memory.address(), BUFFER_LENGTH - 1);
            Fd.close((int) fd);
            if (length == -Errno.ESRCH) {
                return "";
            }
            Syscall.check(length, "read", "/proc/self/task/" + name);
            memory.buffer().putByte((int) length, (byte) 0);
            return memory.stringAt(memory.address());
        }
    }
}
