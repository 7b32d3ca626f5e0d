package dev.tailrace.runtime.storage;

import dev.tailrace.runtime.storage.files.FileCalls;
import dev.tailrace.runtime.storage.files.Xattrs;
import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// The files of a container that does not run, with what will be mounted in it where it will be mounted: in a mount
/// namespace of a thread of its own (unshare(2)), so that nobody else sees the mounts, and they go with the thread.
public final class RootAtRest {
    private static final int AT_FDCWD = -100;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int AT_RECURSIVE = 0x8000;
    private static final long CLONE_NEWNS = 0x2_0000;
    private static final long MS_REC = 0x4000;
    private static final long MS_PRIVATE = 1 << 18;
    private static final int OPEN_TREE_CLONE = 1;
    private static final int F_AND_T_EMPTY_PATH = 4 | 0x40;
    private static final int FIND = Fd.O_PATH | Fd.O_CLOEXEC;

    /// struct mount_attr (linux/mount.h): bits to set, bits to clear, propagation, user namespace.
    private static final int ATTRIBUTES_LENGTH = 32;

    private static final long READ_ONLY = 1;
    private static final int MEMORY_BYTES = 32 * 1024;

    private RootAtRest() {}

    /// Something of the host in the container.
    ///
    /// @param target absolute, in the container
    public record Attached(Path source, String target, boolean isReadOnly) {}

    /// What is done with the files.
    @FunctionalInterface
    public interface Work {
        /// @param root descriptor of the root, which the work closes
        void run(int root) throws IOException;
    }

    /// Does the work on a thread of its own, and waits for its end.
    ///
    /// @param root where it is mounted
    public static void with(final Path root, final List<Attached> mounts, final Work work) throws IOException {
        final FutureTask<Void> task = new FutureTask<>(() -> {
            run(root, mounts, work);
            return null;
        });
        Thread.ofPlatform().daemon().name("files-at-rest").start(task);
        boolean isInterrupted = false;
        try {
            while (true) {
                try {
                    task.get();
                    return;
                } catch (final InterruptedException e) {
                    // It uses what is the caller's until it is done.
                    isInterrupted = true;
                }
            }
        } catch (final ExecutionException e) {
            throw cause(e);
        } finally {
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static IOException cause(final ExecutionException e) {
        if (e.getCause() instanceof final IOException failure) {
            return failure;
        }
        if (e.getCause() instanceof final RuntimeException failure) {
            throw failure;
        }
        throw new IllegalStateException(e.getCause());
    }

    private static void run(final Path root, final List<Attached> mounts, final Work work) throws IOException {
        try (Memory memory = Memory.region(MEMORY_BYTES)) {
            Syscall.check(Syscall.call(SyscallNumber.UNSHARE, CLONE_NEWNS), "unshare", "mounts");
            final long slash = memory.cString("/");
            Syscall.check(
                    Syscall.call(SyscallNumber.MOUNT, 0, slash, 0, MS_REC | MS_PRIVATE, 0), "mount(MS_PRIVATE)", "/");
        }
        // Opened here: what is mounted in this namespace is seen from descriptors of it only.
        final int fd = Fd.open(root.toString(), Fd.O_RDONLY | Fd.O_DIRECTORY | Fd.O_CLOEXEC);
        try (FileCalls calls = new FileCalls();
                Xattrs xattrs = new Xattrs();
                Parents parents = new Parents(calls, xattrs, LayerFormat.OVERLAY, fd)) {
            for (final Attached mount : mounts) {
                attach(mount, calls, parents, fd);
            }
            parents.forget();
            work.run(Fd.fcntl(fd, Fd.F_DUPFD_CLOEXEC, 0));
        } finally {
            Fd.close(fd);
        }
    }

    /// One whose source has gone is left out, as its content is.
    private static void attach(final Attached mount, final FileCalls calls, final Parents parents, final int root) {
        if (!Files.exists(mount.source())) {
            return;
        }
        final int target = target(mount, calls, parents, root);
        try (Memory memory = Memory.region(MEMORY_BYTES)) {
            final String source = mount.source().toString();
            final int tree = (int) Syscall.check(
                    Syscall.call(
                            SyscallNumber.OPEN_TREE,
                            AT_FDCWD,
                            memory.cString(source),
                            OPEN_TREE_CLONE | AT_RECURSIVE | Fd.O_CLOEXEC),
                    "bind",
                    source);
            try {
                if (mount.isReadOnly()) {
                    makeReadOnly(memory, tree, source);
                }
                final long none = memory.cString("");
                Syscall.check(
                        Syscall.call(SyscallNumber.MOVE_MOUNT, tree, none, target, none, F_AND_T_EMPTY_PATH),
                        "bind",
                        source + " on " + mount.target());
            } finally {
                Fd.close(tree);
            }
        } finally {
            Fd.close(target);
        }
    }

    private static void makeReadOnly(final Memory memory, final int tree, final String source) {
        final long attributes = memory.allocate(ATTRIBUTES_LENGTH);
        memory.buffer().putLong(memory.offset(attributes), READ_ONLY);
        Syscall.check(
                Syscall.call(
                        SyscallNumber.MOUNT_SETATTR,
                        tree,
                        memory.cString(""),
                        AT_EMPTY_PATH | AT_RECURSIVE,
                        attributes,
                        ATTRIBUTES_LENGTH),
                "mount read-only",
                source);
    }

    /// Makes what is not there to mount on, as the start of the container would.
    private static int target(final Attached mount, final FileCalls calls, final Parents parents, final int root) {
        final EntryPath path = EntryPath.of(ByteText.of(mount.target()));
        final int found = calls.tryOpen(root, path.path(), FIND, 0, FileCalls.IN_ROOT);
        if (found != -Errno.ENOENT) {
            return (int) FileCalls.check(found, "open", path.path());
        }
        if (Files.isDirectory(mount.source())) {
            parents.open(path.path());
        } else {
            Fd.close(calls.create(parents.open(path.parent()).fd(), path.name()));
        }
        parents.forget();
        return (int) FileCalls.check(calls.tryOpen(root, path.path(), FIND, 0, FileCalls.IN_ROOT), "open", path.path());
    }
}
