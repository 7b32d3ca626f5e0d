package dev.tailrace.runtime.storage.files;

import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;

/// The content of files. Has memory of its own: not for several threads.
public final class FileData implements AutoCloseable {
    /// Most bytes of one call.
    public static final int BUFFER_BYTES = 128 * 1024;

    private static final int FICLONE = 0x4004_9409;
    private static final int SEEK_SET = 0;
    private static final int SEEK_DATA = 3;
    private static final int SEEK_HOLE = 4;

    private final Memory memory = Memory.region(BUFFER_BYTES);

    /// @return how many bytes were read, 0 at the end of the file
    public int read(final int fd, final long position, final byte[] target, final int lengthBytes) {
        final long count = Syscall.check(
                Syscall.call(
                        SyscallNumber.PREAD64, fd, memory.address(), Math.min(lengthBytes, BUFFER_BYTES), position),
                "read",
                "");
        memory.buffer().getBytes(0, target, 0, (int) count);
        return (int) count;
    }

    /// Writes all.
    ///
    /// @param name byte string, of the file, for the error
    public void write(
            final int fd, final String name, final long position, final byte[] source, final int lengthBytes) {
        int done = 0;
        while (done < lengthBytes) {
            final int part = Math.min(lengthBytes - done, BUFFER_BYTES);
            memory.buffer().putBytes(0, source, done, part);
            int written = 0;
            while (written < part) {
                written += (int) FileCalls.check(
                        Syscall.call(
                                SyscallNumber.PWRITE64,
                                fd,
                                memory.address() + written,
                                part - written,
                                position + done + written),
                        "write",
                        name);
            }
            done += part;
        }
    }

    /// Copies the whole content: by sharing blocks (FICLONE), else in the kernel (copy_file_range), else through here.
    /// Holes stay holes.
    ///
    /// @param to an empty file, at its start
    public void copy(final int from, final int to, final String name, final long sizeBytes) {
        if (Syscall.call(SyscallNumber.IOCTL, to, FICLONE, from) == 0) {
            return;
        }
        FileCalls.check(Syscall.call(SyscallNumber.FTRUNCATE, to, sizeBytes), "ftruncate", name);
        long at = 0;
        while (at < sizeBytes) {
            final long data = Syscall.call(SyscallNumber.LSEEK, from, at, SEEK_DATA);
            if (data == -Errno.ENXIO) {
                return;
            }
            final boolean isSparse = !Syscall.isError(data);
            final long start = isSparse ? data : at;
            final long hole = isSparse ? Syscall.call(SyscallNumber.LSEEK, from, start, SEEK_HOLE) : sizeBytes;
            final long end = Syscall.isError(hole) ? sizeBytes : Math.min(hole, sizeBytes);
            copyRange(from, to, name, start, end);
            at = end;
        }
    }

    @Override
    public void close() {
        memory.close();
    }

    private void copyRange(final int from, final int to, final String name, final long start, final long end) {
        seek(from, start, name);
        seek(to, start, name);
        long at = start;
        while (at < end) {
            final long count = Syscall.call(SyscallNumber.COPY_FILE_RANGE, from, 0, to, 0, end - at, 0);
            if (count == -Errno.EXDEV || count == -Errno.EINVAL || count == -Errno.EOPNOTSUPP || count == 0) {
                copyThroughHere(from, to, name, at, end);
                return;
            }
            at += FileCalls.check(count, "copy_file_range", name);
        }
    }

    private void copyThroughHere(final int from, final int to, final String name, final long start, final long end) {
        final byte[] bytes = new byte[BUFFER_BYTES];
        long at = start;
        while (at < end) {
            final int count = read(from, at, bytes, (int) Math.min(end - at, bytes.length));
            if (count == 0) {
                return;
            }
            write(to, name, at, bytes, count);
            at += count;
        }
    }

    private static void seek(final int fd, final long position, final String name) {
        FileCalls.check(Syscall.call(SyscallNumber.LSEEK, fd, position, SEEK_SET), "lseek", name);
    }
}
