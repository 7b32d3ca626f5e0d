package dev.tailrace.tapio.sandbox;

import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.LinuxException;
import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;

/// The mount calls (linux/mount.h), those of Linux 5.12 where they take a whole tree at once.
final class Mounts {
    private static final int AT_FDCWD = -100;
    private static final int AT_RECURSIVE = 0x8000;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final long CLONE_NEWNS = 0x2_0000;
    private static final int OPEN_TREE_CLONE = 1;
    private static final int MOVE_MOUNT_F_EMPTY_PATH = 4;
    private static final int MNT_DETACH = 2;

    private static final long MS_NOSUID_NODEV_NOEXEC = 2 | 4 | 8;
    private static final long MS_REC = 0x4000;
    private static final long MS_SLAVE = 1 << 19;

    /// MOUNT_ATTR_RDONLY, NOSUID, NODEV and NOEXEC: the same bits.
    private static final long READ_ONLY = 1 | 2 | 4 | 8;

    /// struct mount_attr: bits to set, bits to clear, propagation, user namespace.
    private static final int ATTRIBUTES_LENGTH = 32;

    private static final int S_IFREG_0444 = 0x8124;
    private static final int MODE_0755 = 0x1ed;
    private static final int MOST_PATHS_BYTES = 16 * 1024;

    private Mounts() {}

    static void unshare() {
        Syscall.check(Syscall.call(SyscallNumber.UNSHARE, CLONE_NEWNS), "sandbox: unshare(CLONE_NEWNS)", "");
    }

    static void makeSlave(final String path) {
        try (Memory memory = Memory.region(MOST_PATHS_BYTES)) {
            Syscall.check(
                    Syscall.call(SyscallNumber.MOUNT, 0, memory.cString(path), 0, MS_REC | MS_SLAVE, 0),
                    "sandbox: mount(MS_SLAVE)",
                    path);
        }
    }

    static void tmpfs(final String path) {
        try (Memory memory = Memory.region(MOST_PATHS_BYTES)) {
            final long type = memory.cString("tmpfs");
            final long options = memory.cString("mode=0755,size=64k,nr_inodes=256");
            Syscall.check(
                    Syscall.call(
                            SyscallNumber.MOUNT, type, memory.cString(path), type, MS_NOSUID_NODEV_NOEXEC, options),
                    "sandbox: mount(tmpfs)",
                    path);
        }
    }

    /// A copy of the mounts at and below `path`, attached nowhere.
    ///
    /// @return a descriptor, or `-ENOENT` if there is no such path
    static int cloneTree(final String path) {
        try (Memory memory = Memory.region(MOST_PATHS_BYTES)) {
            final long result = Syscall.call(
                    SyscallNumber.OPEN_TREE,
                    AT_FDCWD,
                    memory.cString(path),
                    OPEN_TREE_CLONE | AT_RECURSIVE | Fd.O_CLOEXEC);
            return result == -Errno.ENOENT ? -Errno.ENOENT : (int) Syscall.check(result, "sandbox: open_tree", path);
        }
    }

    /// Makes a whole tree of mounts read-only, without devices, programs and set-user-id.
    static void makeReadOnly(final int tree) {
        setReadOnly(tree, "", AT_EMPTY_PATH | AT_RECURSIVE);
    }

    /// The same for the one mount at `path`.
    static void makeReadOnly(final String path) {
        setReadOnly(AT_FDCWD, path, 0);
    }

    /// Attaches a tree at `path`, which is made first, as the kind that the tree is, with the directories above.
    static void attach(final int tree, final String path) {
        for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
            makeDirectory(path.substring(0, slash));
        }
        if (isDirectory(tree)) {
            makeDirectory(path);
        } else {
            makeFile(path);
        }
        try (Memory memory = Memory.region(MOST_PATHS_BYTES)) {
            final long empty = memory.cString("");
            Syscall.check(
                    Syscall.call(
                            SyscallNumber.MOVE_MOUNT,
                            tree,
                            empty,
                            AT_FDCWD,
                            memory.cString(path),
                            MOVE_MOUNT_F_EMPTY_PATH),
                    "sandbox: move_mount",
                    path);
        }
    }

    /// Makes `path` the root, and lets the old one go.
    static void pivot(final String path) {
        try (Memory memory = Memory.region(MOST_PATHS_BYTES)) {
            changeDirectory(path);
            // Both in one place (pivot_root(2), NOTES): the old root is then on top.
            final long here = memory.cString(".");
            Syscall.check(Syscall.call(SyscallNumber.PIVOT_ROOT, here, here), "sandbox: pivot_root", path);
            Syscall.check(Syscall.call(SyscallNumber.UMOUNT2, here, MNT_DETACH), "sandbox: umount", "the old root");
            changeDirectory("/");
        }
    }

    private static void changeDirectory(final String path) {
        try (Memory memory = Memory.region(MOST_PATHS_BYTES)) {
            Syscall.check(Syscall.call(SyscallNumber.CHDIR, memory.cString(path)), "sandbox: chdir", path);
        }
    }

    private static void setReadOnly(final int fd, final String path, final int flags) {
        try (Memory memory = Memory.region(MOST_PATHS_BYTES)) {
            final long attributes = memory.allocate(ATTRIBUTES_LENGTH);
            memory.buffer().putLong(0, READ_ONLY);
            final long name = memory.cString(path);
            final long result =
                    Syscall.call(SyscallNumber.MOUNT_SETATTR, fd, name, flags, attributes, ATTRIBUTES_LENGTH);
            if (result == -Errno.ENOSYS) {
                throw new LinuxException("sandbox: mount_setattr (in Linux since 5.12)", path, Errno.ENOSYS);
            }
            Syscall.check(result, "sandbox: mount_setattr", path);
        }
    }

    private static void makeDirectory(final String path) {
        try (Memory memory = Memory.region(MOST_PATHS_BYTES)) {
            final long result = Syscall.call(SyscallNumber.MKDIRAT, AT_FDCWD, memory.cString(path), MODE_0755);
            if (result != -Errno.EEXIST) {
                Syscall.check(result, "sandbox: mkdir", path);
            }
        }
    }

    private static void makeFile(final String path) {
        try (Memory memory = Memory.region(MOST_PATHS_BYTES)) {
            final long result = Syscall.call(SyscallNumber.MKNODAT, AT_FDCWD, memory.cString(path), S_IFREG_0444, 0);
            if (result != -Errno.EEXIST) {
                Syscall.check(result, "sandbox: mknod", path);
            }
        }
    }

    /// Only in a directory there is something to open.
    private static boolean isDirectory(final int fd) {
        try (Memory memory = Memory.region(MOST_PATHS_BYTES)) {
            final long result = Syscall.call(
                    SyscallNumber.OPENAT, fd, memory.cString("."), Fd.O_PATH | Fd.O_DIRECTORY | Fd.O_CLOEXEC);
            if (result == -Errno.ENOTDIR) {
                return false;
            }
            Fd.close((int) Syscall.check(result, "sandbox: open", "tree"));
            return true;
        }
    }
}
