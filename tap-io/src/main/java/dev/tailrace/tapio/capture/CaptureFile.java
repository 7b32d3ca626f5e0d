package dev.tailrace.tapio.capture;

import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.LinuxException;
import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;

/// The file of a capture: made for its owner only, begun with the header of the format.
public final class CaptureFile {
    static final long NOT_SEEKABLE = -1;
    static final int SEEK_SET = 0;

    private static final int SEEK_CURRENT = 1;
    private static final int SEEK_END = 2;
    private static final int AT_FDCWD = -100;
    private static final int O_TRUNC = 0x200;
    private static final int MODE_OWNER_ONLY = 0x180;

    private CaptureFile() {}

    /// Makes or empties the file at `path`; a new one has mode 0600, since it will hold what the guest says.
    ///
    /// @throws LinuxException when that fails
    public static int open(final String path) {
        try (Memory memory = Memory.region(path.length() * 3 + 1)) {
            final int flags = Fd.O_WRONLY | Fd.O_CREAT | O_TRUNC | Fd.O_CLOEXEC;
            final long name = memory.cString(path);
            long result;
            do {
                result = Syscall.call(SyscallNumber.OPENAT, AT_FDCWD, name, flags, MODE_OWNER_ONLY);
            } while (result == -Errno.EINTR);
            return (int) Syscall.check(result, "open", path);
        }
    }

    /// Where the next byte goes, if that is the end of a file: only then may a part of a record be cut off again.
    static long start(final int fd) {
        final long here = Syscall.call(SyscallNumber.LSEEK, fd, 0, SEEK_CURRENT);
        if (here < 0) {
            return NOT_SEEKABLE;
        }
        final long end = Syscall.call(SyscallNumber.LSEEK, fd, 0, SEEK_END);
        if (end != here) {
            Syscall.call(SyscallNumber.LSEEK, fd, here, SEEK_SET);
            return NOT_SEEKABLE;
        }
        return here;
    }

    /// Writes the header of the format.
    ///
    /// @throws LinuxException when not all of it can be written
    static void begin(final CaptureRequest request) {
        try (Memory memory = Memory.region(PcapFormat.FILE_HEADER_LENGTH)) {
            PcapFormat.writeFileHeader(memory.buffer(), 0, request.snapLength());
            final long written = Fd.write(request.fd(), memory.address(), PcapFormat.FILE_HEADER_LENGTH);
            Syscall.check(written, "write", request.name());
            if (written < PcapFormat.FILE_HEADER_LENGTH) {
                throw new LinuxException("write", request.name(), Errno.ENOSPC);
            }
        }
    }
}
