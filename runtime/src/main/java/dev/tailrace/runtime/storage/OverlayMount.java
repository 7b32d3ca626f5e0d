package dev.tailrace.runtime.storage;

import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.LinuxException;
import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Mounts overlay without privileges, by the calls that take one layer at a time (fsopen(2), fsconfig(2); `lowerdir+`
/// is in Linux since 6.8): up to 500 layers, where mount(2) has room for the names of some 30.
final class OverlayMount implements AutoCloseable {
    private static final int AT_FDCWD = -100;
    private static final int FSOPEN_CLOEXEC = 1;
    private static final int FSMOUNT_CLOEXEC = 1;
    private static final int MOVE_MOUNT_F_EMPTY_PATH = 4;
    private static final int MNT_DETACH = 2;

    /// enum fsconfig_command (linux/mount.h).
    private static final int SET_FLAG = 0;

    private static final int SET_STRING = 1;
    private static final int CREATE = 6;

    /// fsconfig(2) takes strings of up to 255 bytes.
    private static final int MOST_STRING = 255;

    private static final int MEMORY_BYTES = 16 * 1024;

    private final Memory memory = Memory.region(MEMORY_BYTES);
    private final List<Integer> opened = new ArrayList<>();
    private final Path where;
    private final int context;

    private OverlayMount(final Path where) {
        this.where = where;
        this.context = open(where);
        opened.add(context);
    }

    /// @param layers the lowest first
    static void mount(final List<Path> layers, final Path upper, final Path work, final Path where) {
        try (OverlayMount mount = new OverlayMount(where)) {
            mount.configure(SET_STRING, "source", "overlay");
            for (final Path layer : layers.reversed()) {
                mount.directory("lowerdir+", layer);
            }
            mount.directory("upperdir", upper);
            mount.directory("workdir", work);
            mount.configure(SET_FLAG, "userxattr", "");
            mount.attach();
        }
    }

    /// Takes a mount away, at the latest when nobody uses it any more. Does nothing if nothing is mounted there.
    static void unmount(final Path where) {
        try (Memory memory = Memory.region(MEMORY_BYTES)) {
            final long result = Syscall.call(SyscallNumber.UMOUNT2, memory.cString(where.toString()), MNT_DETACH);
            if (result != -Errno.EINVAL && result != -Errno.ENOENT) {
                Syscall.check(result, "umount", where.toString());
            }
        }
    }

    @Override
    public void close() {
        opened.forEach(Fd::close);
        memory.close();
    }

    private static int open(final Path where) {
        try (Memory memory = Memory.region(MEMORY_BYTES)) {
            return (int) Syscall.check(
                    Syscall.call(SyscallNumber.FSOPEN, memory.cString("overlay"), FSOPEN_CLOEXEC),
                    "fsopen(overlay) for",
                    where.toString());
        }
    }

    /// By its path, or, where that is too long or has characters that overlay gives a meaning to, by a descriptor.
    private void directory(final String key, final Path path) {
        final String text = path.toString();
        if (text.getBytes(StandardCharsets.UTF_8).length <= MOST_STRING
                && text.indexOf('\\') < 0
                && text.indexOf(':') < 0
                && text.indexOf(',') < 0) {
            configure(SET_STRING, key, text);
            return;
        }
        final int fd = Fd.open(text, Fd.O_PATH | Fd.O_DIRECTORY | Fd.O_CLOEXEC);
        opened.add(fd);
        configure(SET_STRING, key, "/proc/self/fd/" + fd);
    }

    private void configure(final int command, final String key, final String value) {
        try (Memory strings = Memory.region(MEMORY_BYTES)) {
            final long result = Syscall.call(
                    SyscallNumber.FSCONFIG,
                    context,
                    command,
                    strings.cString(key),
                    command == SET_STRING ? strings.cString(value) : 0,
                    0);
            check(result, "overlay option " + key);
        }
    }

    private void attach() {
        check(Syscall.call(SyscallNumber.FSCONFIG, context, CREATE, 0, 0, 0), "mount overlay");
        final long mounted = Syscall.call(SyscallNumber.FSMOUNT, context, FSMOUNT_CLOEXEC, 0);
        check(mounted, "fsmount overlay");
        opened.add((int) mounted);
        check(
                Syscall.call(
                        SyscallNumber.MOVE_MOUNT,
                        (int) mounted,
                        memory.cString(""),
                        AT_FDCWD,
                        memory.cString(where.toString()),
                        MOVE_MOUNT_F_EMPTY_PATH),
                "move_mount overlay");
    }

    private void check(final long result, final String what) {
        if (Syscall.isError(result)) {
            final String reason = reason();
            throw new LinuxException(
                    what, reason.isEmpty() ? where.toString() : where + " (" + reason + ")", (int) -result);
        }
    }

    /// What the kernel says of the last error (fsopen(2), "Message retrieval"): `e overlay: ...`.
    private String reason() {
        final long place = memory.allocate(MOST_STRING + 1);
        final long length = Fd.read(context, place, MOST_STRING);
        if (length <= 2) {
            return "";
        }
        final byte[] text = new byte[(int) length];
        memory.buffer().getBytes(memory.offset(place), text);
        return new String(text, StandardCharsets.UTF_8).substring(2).strip();
    }
}
