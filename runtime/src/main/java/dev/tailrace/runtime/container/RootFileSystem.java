package dev.tailrace.runtime.container;

import static dev.tailrace.runtime.container.ChildProgram.ALL_RESTRICTIONS;
import static dev.tailrace.runtime.container.ChildProgram.NO_EXEC;
import static dev.tailrace.runtime.container.ChildProgram.NO_SUID;
import static dev.tailrace.runtime.container.ChildProgram.READ_ONLY;
import static dev.tailrace.runtime.container.ChildProgram.STRICT_ATIME;

import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.SyscallNumber;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Appends what a container's root gets beside its image: /proc, /dev and /sys. The result of each method's record is
/// a descriptor of what was mounted, by which the paths in it that need protection are reached later.
final class RootFileSystem {
    private static final List<String> DEVICES = List.of("null", "zero", "full", "tty", "random", "urandom");

    private static final Map<String, String> LINKS = Map.of(
            "fd", "/proc/self/fd",
            "stdin", "/proc/self/fd/0",
            "stdout", "/proc/self/fd/1",
            "stderr", "/proc/self/fd/2",
            "core", "/proc/kcore",
            "ptmx", "pts/ptmx");

    private static final long MS_REC = 0x4000;
    private static final long MS_PRIVATE = 1 << 18;
    private static final int MNT_DETACH = 2;

    /// UTF-8 of a UTF-16 unit.
    private static final int MOST_BYTES_OF_CHARACTER = 3;

    private static final int STRUCTURES_LENGTH = 128;

    private final ChildProgram child;
    private final int root;

    /// What the user's mounts need of the program's memory.
    static int lengthBytes(final List<MountSpec> mounts) {
        int length = 0;
        for (final MountSpec mount : mounts) {
            final String object = switch (mount) {
                case MountSpec.Bind bind -> bind.source().toString();
                case MountSpec.Temporary temporary -> temporary.options();
            };
            // The path is there once for each of its elements, with a structure to open it by.
            final int elements = 2 + Path.of(mount.target()).getNameCount();
            final int path = MOST_BYTES_OF_CHARACTER * mount.target().length() + STRUCTURES_LENGTH;
            length = Math.addExact(
                    length, Math.multiplyExact(elements, path) + 2 * MOST_BYTES_OF_CHARACTER * object.length());
        }
        return length;
    }

    /// Takes a copy of the root's mount and puts it over it, so that it is a mount of the container's namespace alone.
    RootFileSystem(final ChildProgram child, final String path) {
        this.child = child;
        child.add("mount(MS_PRIVATE)", "/", SyscallNumber.MOUNT, 0, child.text("/"), 0, MS_REC | MS_PRIVATE, 0);
        root = child.copyOfMount(path, true);
        child.restrict(root, path, 0, true);
        child.attachAt(root, path);
    }

    /// The record whose result is a descriptor of the root.
    int root() {
        return root;
    }

    int mountProc() {
        final int target = child.target(root, "/proc", true);
        final int proc = child.fileSystem("proc", ALL_RESTRICTIONS, List.of());
        child.attach(proc, target, "/proc");
        return proc;
    }

    /// @param pseudoTerminalsFd descriptor of the devpts that the engine made for the container
    /// @param sharedMemoryBytes size of /dev/shm
    /// @param hasConsole whether terminal 0 is the container's console
    int mountDev(final int pseudoTerminalsFd, final long sharedMemoryBytes, final boolean hasConsole) {
        final int target = child.target(root, "/dev", true);
        final int dev = child.fileSystem("tmpfs", NO_SUID | STRICT_ATIME, List.of("mode=755", "size=65536k"));
        child.attach(dev, target, "/dev");
        for (final String device : DEVICES) {
            child.make(dev, device, false);
            child.attachIn(child.copyOfMount("/dev/" + device, false), dev, device);
        }
        LINKS.forEach((name, to) -> {
            final int link = child.add("symlink", name, SyscallNumber.SYMLINKAT, child.text(to), 0, child.text(name));
            child.program().argumentFrom(link, 1, dev);
        });
        child.make(dev, "pts", true);
        // A duplicate, because records take descriptors from records.
        final int terminals = child.add("dup", "devpts", SyscallNumber.FCNTL, pseudoTerminalsFd, Fd.F_DUPFD_CLOEXEC, 0);
        child.attachIn(terminals, dev, "pts");
        child.make(dev, "shm", true);
        final List<String> size = List.of("mode=1777", "size=" + sharedMemoryBytes);
        child.attachIn(child.fileSystem("tmpfs", ALL_RESTRICTIONS, size), dev, "shm");
        child.make(dev, "mqueue", true);
        child.attachIn(child.fileSystem("mqueue", ALL_RESTRICTIONS, List.of()), dev, "mqueue");
        if (hasConsole) {
            child.make(dev, "console", false);
            child.attachIn(child.copyOfMount(terminals, "0", false), dev, "console");
        }
        return dev;
    }

    /// /sys, and in it the container's part of the control groups. Who has not the network namespace of its own gets
    /// the host's /sys, as it may not mount one.
    int mountSys(final boolean isOwnNetwork, final boolean isWritable) {
        final long attributes = ALL_RESTRICTIONS | (isWritable ? 0 : READ_ONLY);
        final int target = child.target(root, "/sys", true);
        final int sys;
        if (isOwnNetwork) {
            sys = child.fileSystem("sysfs", attributes, List.of());
        } else {
            sys = child.copyOfMount("/sys", true);
            child.restrict(sys, "/sys", attributes, true);
        }
        child.attach(sys, target, "/sys");
        if (isOwnNetwork) {
            mountControlGroups(sys, attributes);
        }
        return sys;
    }

    /// Left out where the kernel has no control groups of version 2 or does not let us.
    private void mountControlGroups(final int sys, final long attributes) {
        final int first = child.program().end();
        final int target =
                child.openBeneath(sys, "fs/cgroup", Fd.O_PATH | Fd.O_DIRECTORY, ChildProgram.RESOLVE_BENEATH);
        final int groups = child.fileSystem("cgroup2", attributes, List.of());
        child.attach(groups, target, "/sys/fs/cgroup");
        final int end = child.program().end();
        for (int record = first; record < end; record++) {
            child.program().jumpOnError(record, end);
        }
    }

    /// Makes the root the process' root, and lets go of the old one.
    void pivot(final boolean isReadOnly) {
        if (isReadOnly) {
            child.restrict(root, "/", READ_ONLY, false);
        }
        child.addOn(root, "chdir", "root", SyscallNumber.FCHDIR);
        // Both in one place (pivot_root(2), NOTES): the old root is then on top.
        final long here = child.text(".");
        child.add("pivot_root", "", SyscallNumber.PIVOT_ROOT, here, here);
        child.add("umount", "the old root", SyscallNumber.UMOUNT2, here, MNT_DETACH);
        child.add("chdir", "/", SyscallNumber.CHDIR, child.text("/"));
    }

    /// Appends the user's mounts.
    void mount(final List<MountSpec> mounts, final SourceKind kind) {
        for (final MountSpec mount : mounts) {
            switch (mount) {
                case MountSpec.Bind bind -> bind(bind, kind.isDirectory(bind));
                case MountSpec.Temporary temporary -> mount(temporary);
            }
        }
    }

    /// Says whether a bind's source is a directory.
    @FunctionalInterface
    interface SourceKind {
        boolean isDirectory(MountSpec.Bind bind);
    }

    private void bind(final MountSpec.Bind bind, final boolean isDirectory) {
        final int target = child.target(root, ContainerPath.normal(bind.target()), isDirectory);
        final int source = child.copyOfMount(bind.source().toString(), true);
        child.restrict(source, bind.source().toString(), bind.isReadOnly() ? READ_ONLY : 0, true);
        child.attach(source, target, ChildProgram.BIND, bind.source() + " on " + bind.target());
    }

    private void mount(final MountSpec.Temporary temporary) {
        long attributes = ALL_RESTRICTIONS;
        final List<String> options = new ArrayList<>();
        for (final String option : temporary.options().split(",")) {
            switch (option) {
                case "", "rw", "defaults" -> {}
                case "ro" -> attributes |= READ_ONLY;
                case "exec" -> attributes &= ~NO_EXEC;
                case "suid" -> attributes &= ~NO_SUID;
                case "dev" -> attributes &= ~ChildProgram.NO_DEVICES;
                case "noexec" -> attributes |= NO_EXEC;
                case "nosuid" -> attributes |= NO_SUID;
                case "nodev" -> attributes |= ChildProgram.NO_DEVICES;
                default -> options.add(option);
            }
        }
        final int target = child.target(root, ContainerPath.normal(temporary.target()), true);
        child.attach(child.fileSystem("tmpfs", attributes, options), target, temporary.target());
    }
}
