package dev.tailrace.runtime.storage.files;

import dev.tailrace.runtime.storage.ByteText;
import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.LinuxException;
import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;
import java.util.Optional;

/// System calls on files. Names are byte strings; a directory is a descriptor. Errors are [LinuxException]s that name
/// the file. Has memory of its own: not for several threads.
public final class FileCalls implements AutoCloseable {
    /// "Here" as a directory.
    public static final int AT_FDCWD = -100;

    public static final int READ_DIRECTORY = Fd.O_RDONLY | Fd.O_DIRECTORY | Fd.O_NOFOLLOW | Fd.O_CLOEXEC;

    /// A regular file to be read; no wait for the other end where it is a FIFO after all.
    public static final int READ_FILE = Fd.O_RDONLY | Fd.O_NOFOLLOW | Fd.O_NONBLOCK | Fd.O_CLOEXEC;

    /// How paths are resolved (linux/openat2.h): symbolic links as if the directory were the root.
    public static final int IN_ROOT = 0x10 | 0x2;

    /// No symbolic links at all, and nothing above the directory.
    public static final int BENEATH = 0x08 | 0x04 | 0x2;

    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int AT_REMOVEDIR = 0x200;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int STATX_BASIC_STATS = 0x7ff;
    private static final int OPEN_HOW_BYTES = 24;
    private static final int STATX_BYTES = 256;
    private static final int NAME_BYTES = 4200;
    private static final int MOST_PATH_BYTES = 4096;
    private static final int REGION_BYTES = 16 * 1024;

    private final Memory memory = Memory.region(REGION_BYTES);
    private final long nameA = memory.allocate(NAME_BYTES);
    private final long nameB = memory.allocate(NAME_BYTES);
    private final long struct = memory.allocate(STATX_BYTES);
    private final long text = memory.allocate(MOST_PATH_BYTES);

    /// @return a descriptor or `-errno`
    public int tryOpen(final int directory, final String path, final int flags, final int mode, final int resolve) {
        final int at = memory.offset(struct);
        memory.buffer().putLong(at, flags & 0xffff_ffffL);
        memory.buffer().putLong(at + 8, mode);
        memory.buffer().putLong(at + 16, resolve);
        final long name = put(nameA, path);
        long result;
        do {
            result = Syscall.call(SyscallNumber.OPENAT2, directory, name, struct, OPEN_HOW_BYTES);
        } while (result == -Errno.EAGAIN || result == -Errno.EINTR);
        return (int) result;
    }

    /// Opens what is at `path` beneath `directory`, without following any link.
    public int open(final int directory, final String path, final int flags) {
        return (int) check(tryOpen(directory, path, flags, 0, BENEATH), "open", path);
    }

    /// Makes the file `name`, which must not be there, for writing, with mode 0600.
    public int create(final int directory, final String name) {
        final int flags = Fd.O_CREAT | Fd.O_EXCL | Fd.O_RDWR | Fd.O_NOFOLLOW | Fd.O_CLOEXEC;
        return (int) check(tryOpen(directory, name, flags, 0x180, BENEATH), "create", name);
    }

    public Optional<FileStatus> find(final int directory, final String name) {
        final long result = statx(directory, name, AT_SYMLINK_NOFOLLOW);
        return result == -Errno.ENOENT ? Optional.empty() : Optional.of(status(result, name));
    }

    public FileStatus status(final int directory, final String name) {
        return status(statx(directory, name, AT_SYMLINK_NOFOLLOW), name);
    }

    public FileStatus status(final int fd) {
        return status(statx(fd, "", AT_EMPTY_PATH), "fd " + fd);
    }

    /// @return 0 or `-errno`
    public int tryMakeDirectory(final int directory, final String name, final int mode) {
        return (int) Syscall.call(SyscallNumber.MKDIRAT, directory, put(nameA, name), mode);
    }

    public void makeDirectory(final int directory, final String name, final int mode) {
        check(tryMakeDirectory(directory, name, mode), "mkdir", name);
    }

    /// @param mode with the type
    /// @param device as [FileStatus#rawDevice]
    /// @return 0 or `-errno`
    public int tryMakeNode(final int directory, final String name, final int mode, final long device) {
        final long major = device >>> 32;
        final long minor = device & 0xffff_ffffL;
        // The kernel's encoding (linux/kdev_t.h, new_encode_dev).
        final long encoded = minor & 0xff | major << 8 | (minor & ~0xffL) << 12;
        return (int) Syscall.call(SyscallNumber.MKNODAT, directory, put(nameA, name), mode, encoded);
    }

    public void makeSymbolicLink(final String target, final int directory, final String name) {
        check(Syscall.call(SyscallNumber.SYMLINKAT, put(nameA, target), directory, put(nameB, name)), "symlink", name);
    }

    /// Does not follow `from` where it is a symbolic link.
    public void makeHardLink(final int fromDirectory, final String from, final int directory, final String name) {
        check(
                Syscall.call(SyscallNumber.LINKAT, fromDirectory, put(nameA, from), directory, put(nameB, name), 0),
                "link",
                name);
    }

    public String readLink(final int directory, final String name) {
        final long length = check(
                Syscall.call(SyscallNumber.READLINKAT, directory, put(nameA, name), text, MOST_PATH_BYTES),
                "readlink",
                name);
        final byte[] target = new byte[(int) length];
        memory.buffer().getBytes(memory.offset(text), target);
        return ByteText.of(target, 0, target.length);
    }

    public void unlink(final int directory, final String name) {
        check(Syscall.call(SyscallNumber.UNLINKAT, directory, put(nameA, name), 0), "unlink", name);
    }

    public void removeDirectory(final int directory, final String name) {
        check(Syscall.call(SyscallNumber.UNLINKAT, directory, put(nameA, name), AT_REMOVEDIR), "rmdir", name);
    }

    public void rename(final int fromDirectory, final String from, final int directory, final String name) {
        check(
                Syscall.call(SyscallNumber.RENAMEAT2, fromDirectory, put(nameA, from), directory, put(nameB, name), 0),
                "rename",
                from);
    }

    /// Changes the owner of `name`, or of a link itself.
    ///
    /// @return 0 or `-errno`
    public int tryOwn(final int directory, final String name, final int uid, final int gid) {
        return (int) Syscall.call(SyscallNumber.FCHOWNAT, directory, put(nameA, name), uid, gid, AT_SYMLINK_NOFOLLOW);
    }

    /// Changes the owner of an open file.
    ///
    /// @return 0 or `-errno`
    public int tryOwn(final int fd, final int uid, final int gid) {
        return (int) Syscall.call(SyscallNumber.FCHOWN, fd, uid, gid);
    }

    /// Changes the mode of what a descriptor is of, which may be one that only finds (O_PATH).
    public void permitFound(final int fd, final int mode) {
        permit(AT_FDCWD, "/proc/self/fd/" + fd, mode);
    }

    /// Follows links: only for what was just made.
    public void permit(final int directory, final String name, final int mode) {
        check(Syscall.call(SyscallNumber.FCHMODAT, directory, put(nameA, name), mode), "chmod", name);
    }

    public void permit(final int fd, final int mode) {
        check(Syscall.call(SyscallNumber.FCHMOD, fd, mode), "chmod", "");
    }

    /// Sets both times of `name`, or of a link itself.
    public void date(final int directory, final String name, final long seconds, final int nanos) {
        final int at = memory.offset(struct);
        memory.buffer().putLong(at, seconds);
        memory.buffer().putLong(at + 8, nanos);
        memory.buffer().putLong(at + 16, seconds);
        memory.buffer().putLong(at + 24, nanos);
        check(
                Syscall.call(SyscallNumber.UTIMENSAT, directory, put(nameA, name), struct, AT_SYMLINK_NOFOLLOW),
                "utimensat",
                name);
    }

    public void resize(final int fd, final long sizeBytes) {
        check(Syscall.call(SyscallNumber.FTRUNCATE, fd, sizeBytes), "ftruncate", "");
    }

    /// Writes all that is in memory of the file system of `fd` to the disk.
    public void syncFileSystem(final int fd) {
        check(Syscall.call(SyscallNumber.SYNCFS, fd), "syncfs", "");
    }

    @Override
    public void close() {
        memory.close();
    }

    /// As [Syscall#check], with a byte string for the name.
    public static long check(final long result, final String call, final String name) {
        if (Syscall.isError(result)) {
            throw new LinuxException(call, ByteText.forMessage(name), (int) -result);
        }
        return result;
    }

    private long statx(final int directory, final String name, final int flags) {
        return Syscall.call(SyscallNumber.STATX, directory, put(nameA, name), flags, STATX_BASIC_STATS, struct);
    }

    /// struct statx (linux/stat.h).
    private FileStatus status(final long result, final String name) {
        check(result, "stat", name);
        final int at = memory.offset(struct);
        return new FileStatus(
                memory.buffer().getShort(at + 28) & 0xffff,
                memory.buffer().getInt(at + 20),
                memory.buffer().getInt(at + 24),
                memory.buffer().getInt(at + 16),
                memory.buffer().getLong(at + 32),
                pair(at + 136),
                pair(at + 128),
                memory.buffer().getLong(at + 40),
                memory.buffer().getLong(at + 112),
                memory.buffer().getInt(at + 120));
    }

    private long pair(final int offset) {
        return (long) memory.buffer().getInt(offset) << 32 | memory.buffer().getInt(offset + 4) & 0xffff_ffffL;
    }

    private long put(final long place, final String name) {
        if (name.length() >= NAME_BYTES) {
            throw new LinuxException("open", ByteText.forMessage(name.substring(0, 60)) + "...", Errno.ENAMETOOLONG);
        }
        final int at = memory.offset(place);
        for (int i = 0; i < name.length(); i++) {
            memory.buffer().putByte(at + i, (byte) name.charAt(i));
        }
        memory.buffer().putByte(at + name.length(), (byte) 0);
        return place;
    }
}
