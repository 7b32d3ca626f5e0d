package dev.tailrace.runtime.container;

import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.LinuxException;
import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/// Reads small files of a container as the container will see them: no link leads out of its root, and what is mounted
/// over a file counts. Neither a fifo nor an endless file holds the engine up.
final class RootFiles {
    private static final int MOST_BYTES = 4 << 20;
    private static final int CHUNK_LENGTH = 64 * 1024;
    private static final int OPEN_HOW_LENGTH = 24;
    private static final int MOST_PATH_BYTES = 4 * 4096;

    // struct stat: st_mode, asm/stat.h of x86-64 and asm-generic/stat.h.
    private static final int STAT_LENGTH = 256;
    private static final int MODE_OFFSET = System.getProperty("os.arch", "").equals("aarch64") ? 16 : 24;
    private static final int S_IFMT = 0xf000;
    private static final int S_IFREG = 0x8000;

    private final Path root;
    private final List<MountSpec> mounts;

    /// @param root a directory of the engine's
    /// @param mounts what will be mounted there, in order
    RootFiles(final Path root, final List<MountSpec> mounts) {
        this.root = root;
        this.mounts = mounts;
    }

    /// The text of the file at `path`, absolute in the container; empty if there is no such file, or it cannot be
    /// read.
    String read(final String path) {
        for (final MountSpec mount : mounts.reversed()) {
            final Path target = Path.of(ContainerPath.normal(mount.target()));
            if (Path.of(path).startsWith(target)) {
                return switch (mount) {
                    case MountSpec.Temporary _ -> "";
                    case MountSpec.Bind bind ->
                        read(bind.source(), target.relativize(Path.of(path)).toString());
                };
            }
        }
        return read(root, path);
    }

    private static String read(final Path base, final String path) {
        if (path.isEmpty()) {
            return read(ChildProgram.AT_FDCWD, base.toString(), 0);
        }
        final int directory = Fd.open(base.toString(), Fd.O_PATH | Fd.O_DIRECTORY | Fd.O_CLOEXEC);
        try {
            return read(directory, path, ChildProgram.RESOLVE_IN_ROOT);
        } finally {
            Fd.close(directory);
        }
    }

    private static String read(final int directory, final String path, final long resolve) {
        try (Memory memory = Memory.region(MOST_PATH_BYTES + CHUNK_LENGTH)) {
            final long how = memory.allocate(OPEN_HOW_LENGTH);
            memory.buffer().putLong(0, Fd.O_RDONLY | Fd.O_NONBLOCK | Fd.O_CLOEXEC);
            memory.buffer().putLong(2 * Long.BYTES, resolve);
            final long result =
                    Syscall.call(SyscallNumber.OPENAT2, directory, memory.cString(path), how, OPEN_HOW_LENGTH);
            if (Syscall.isError(result)) {
                if (result == -Errno.EMFILE || result == -Errno.ENFILE) {
                    throw new LinuxException("open", path, (int) -result);
                }
                return "";
            }
            final int fd = (int) result;
            try {
                return isRegular(fd, memory) ? text(fd, path, memory) : "";
            } finally {
                Fd.close(fd);
            }
        }
    }

    private static boolean isRegular(final int fd, final Memory memory) {
        final long stat = memory.allocate(STAT_LENGTH);
        Syscall.check(Syscall.call(SyscallNumber.FSTAT, fd, stat), "fstat", "");
        return (memory.buffer().getInt(memory.offset(stat) + MODE_OFFSET) & S_IFMT) == S_IFREG;
    }

    private static String text(final int fd, final String path, final Memory memory) {
        final long chunk = memory.allocate(CHUNK_LENGTH);
        final byte[] bytes = new byte[CHUNK_LENGTH];
        final ByteArrayOutputStream all = new ByteArrayOutputStream();
        while (true) {
            final int count = (int) Syscall.check(Fd.read(fd, chunk, CHUNK_LENGTH), "read", path);
            if (count == 0) {
                return all.toString(StandardCharsets.UTF_8);
            }
            memory.buffer().getBytes(memory.offset(chunk), bytes, 0, count);
            all.write(bytes, 0, count);
            if (all.size() > MOST_BYTES) {
                throw new StartException(StartException.OTHER, path + " of the container is too large");
            }
        }
    }
}
