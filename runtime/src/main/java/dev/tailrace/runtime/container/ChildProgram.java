package dev.tailrace.runtime.container;

import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.SyscallNumber;
import dev.tailrace.tapio.stub.Spawn;
import dev.tailrace.tapio.stub.SyscallProgram;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The system calls of a child that becomes a container's process, with the calls that several parts of it need.
///
/// Paths in a container are resolved by openat2 with the container's root as the root, once, and everything is then
/// done to that descriptor. Descriptors are not closed one by one: the child closes all before it executes.
final class ChildProgram implements AutoCloseable {
    static final int AT_FDCWD = -100;

    /// What the call is named that puts a user's bind where it belongs.
    static final String BIND = "bind mount";

    // linux/openat2.h
    static final long RESOLVE_NO_XDEV = 1;
    static final long RESOLVE_NO_SYMLINKS = 4;
    static final long RESOLVE_BENEATH = 8;
    static final long RESOLVE_IN_ROOT = 16;

    // linux/mount.h: MOUNT_ATTR_*
    static final long READ_ONLY = 1;
    static final long NO_SUID = 2;
    static final long NO_DEVICES = 4;
    static final long NO_EXEC = 8;
    static final long STRICT_ATIME = 0x20;
    static final long ALL_RESTRICTIONS = NO_SUID | NO_DEVICES | NO_EXEC;

    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int AT_RECURSIVE = 0x8000;
    private static final int OPEN_TREE_CLONE = 1;
    private static final int MOVE_MOUNT_F_EMPTY_PATH = 4;
    private static final int MOVE_MOUNT_T_EMPTY_PATH = 0x40;
    private static final int FSOPEN_CLOEXEC = 1;
    private static final int FSCONFIG_SET_FLAG = 0;
    private static final int FSCONFIG_SET_STRING = 1;
    private static final int FSCONFIG_CMD_CREATE = 6;
    private static final int FSMOUNT_CLOEXEC = 1;
    private static final long MS_PRIVATE = 1 << 18;

    private static final int OPEN_HOW_LENGTH = 24;
    private static final int MOUNT_ATTR_LENGTH = 32;
    private static final int PROPAGATION_OFFSET = 16;
    private static final int S_IFREG = 0x8000;
    private static final int MODE_0755 = 0x1ed;
    private static final int MODE_0644 = 0x1a4;

    /// More than any container needs; pages that are not touched cost nothing.
    private static final int MOST_RECORDS = 16_384;

    private static final int FIXED_DATA_LENGTH = 128 * 1024;

    private final SyscallProgram program;
    private final Memory memory;
    private final Map<String, Long> texts = new HashMap<>();

    /// @param dataLengthBytes of arguments and environment, which are what may be large
    ChildProgram(final int dataLengthBytes) {
        program = new SyscallProgram(MOST_RECORDS, Math.addExact(FIXED_DATA_LENGTH, dataLengthBytes));
        memory = program.memory();
    }

    Memory memory() {
        return memory;
    }

    SyscallProgram program() {
        return program;
    }

    /// See [SyscallProgram#add]; a failure reads `call object: reason`.
    int add(final String call, final String object, final int number, final long... arguments) {
        return program.add(call, object, number, arguments);
    }

    /// The same with the result of record `fd` as the first argument.
    int addOn(final int fd, final String call, final String object, final int number, final long... arguments) {
        final int record = program.add(call, object, number, arguments);
        program.argumentFrom(record, 0, fd);
        return record;
    }

    /// Runs it in a new child; see [Spawn#run].
    Spawn spawn(final long namespaces) {
        return Spawn.run(program, namespaces);
    }

    /// Address of `text`, which is there once.
    long text(final String text) {
        return texts.computeIfAbsent(text, memory::cString);
    }

    /// Address of the addresses of `list`, with a null at its end, as execve takes it.
    long pointers(final List<String> list) {
        final long place = memory.allocate(Long.BYTES * (list.size() + 1));
        for (int i = 0; i < list.size(); i++) {
            memory.buffer().putLong(memory.offset(place) + Long.BYTES * i, text(list.get(i)));
        }
        return place;
    }

    /// Bytes that the texts of `list` need, with the pointers to them.
    static int lengthBytes(final List<String> list) {
        int length = Long.BYTES;
        for (final String text : list) {
            // The text, its NUL, alignment, and a pointer.
            length += text.getBytes(StandardCharsets.UTF_8).length + 3 * Long.BYTES;
        }
        return length;
    }

    /// Opens `path`, resolved with the descriptor of record `directory` as its root.
    ///
    /// @param resolve RESOLVE_ flags
    int openBeneath(final int directory, final String path, final int flags, final long resolve) {
        final long how = memory.allocate(OPEN_HOW_LENGTH);
        memory.buffer().putLong(memory.offset(how), flags | Fd.O_CLOEXEC);
        memory.buffer().putLong(memory.offset(how) + 2 * Long.BYTES, resolve);
        return addOn(directory, "open", path, SyscallNumber.OPENAT2, 0, text(path), how, OPEN_HOW_LENGTH);
    }

    /// A descriptor of `path` in the root, which is made if it is not there, with the directories above.
    ///
    /// @param path absolute and normal
    int target(final int root, final String path, final boolean isDirectory) {
        final int probe = openBeneath(root, path, Fd.O_PATH, RESOLVE_IN_ROOT);
        int parent = root;
        int slash = path.indexOf('/', 1);
        while (slash > 0) {
            make(parent, path.substring(path.lastIndexOf('/', slash - 1) + 1, slash), true);
            parent = openBeneath(root, path.substring(0, slash), Fd.O_PATH | Fd.O_DIRECTORY, RESOLVE_IN_ROOT);
            slash = path.indexOf('/', slash + 1);
        }
        make(parent, path.substring(path.lastIndexOf('/') + 1), isDirectory);
        final int target = openBeneath(root, path, Fd.O_PATH, RESOLVE_IN_ROOT);
        program.jump(probe, target);
        program.jumpOnError(probe, probe + 1);
        return target;
    }

    /// Makes a directory or an empty file in `parent` unless there is something of that name.
    void make(final int parent, final String name, final boolean isDirectory) {
        // An error other than EEXIST shows when it is opened.
        program.ignoreError(
                isDirectory
                        ? addOn(parent, "mkdir", name, SyscallNumber.MKDIRAT, 0, text(name), MODE_0755)
                        : addOn(parent, "mknod", name, SyscallNumber.MKNODAT, 0, text(name), S_IFREG | MODE_0644, 0));
    }

    /// A new file system, mounted nowhere. The record's result is a descriptor of its root.
    ///
    /// @param attributes MOUNT_ATTR flags
    /// @param options `name=value`, or `name` for a flag
    int fileSystem(final String type, final long attributes, final List<String> options) {
        final int context = add("mount", type, SyscallNumber.FSOPEN, text(type), FSOPEN_CLOEXEC);
        for (final String option : options) {
            final int equals = option.indexOf('=');
            final String call = "mount " + type + " with option";
            if (equals < 0) {
                addOn(context, call, option, SyscallNumber.FSCONFIG, 0, FSCONFIG_SET_FLAG, text(option));
            } else {
                final long value = text(option.substring(equals + 1));
                final long key = text(option.substring(0, equals));
                addOn(context, call, option, SyscallNumber.FSCONFIG, 0, FSCONFIG_SET_STRING, key, value);
            }
        }
        addOn(context, "mount", type, SyscallNumber.FSCONFIG, 0, FSCONFIG_CMD_CREATE);
        return addOn(context, "mount", type, SyscallNumber.FSMOUNT, 0, FSMOUNT_CLOEXEC, attributes);
    }

    /// A copy of the mount at a path outside the container, mounted nowhere.
    int copyOfMount(final String path, final boolean isRecursive) {
        return add("bind", path, SyscallNumber.OPEN_TREE, AT_FDCWD, text(path), treeFlags(isRecursive));
    }

    /// The same of what record `fd` is a descriptor of, or of `name` in it.
    int copyOfMount(final int fd, final String name, final boolean isRecursive) {
        final int flags = treeFlags(isRecursive) | (name.isEmpty() ? AT_EMPTY_PATH : 0);
        return addOn(fd, "bind", name, SyscallNumber.OPEN_TREE, 0, text(name), flags);
    }

    /// Adds attributes to a mount and makes it private to its namespace.
    int restrict(final int mount, final String object, final long attributes, final boolean isRecursive) {
        final long structure = memory.allocate(MOUNT_ATTR_LENGTH);
        memory.buffer().putLong(memory.offset(structure), attributes);
        memory.buffer().putLong(memory.offset(structure) + PROPAGATION_OFFSET, MS_PRIVATE);
        final int flags = AT_EMPTY_PATH | (isRecursive ? AT_RECURSIVE : 0);
        return addOn(
                mount,
                "restrict the mount of",
                object,
                SyscallNumber.MOUNT_SETATTR,
                0,
                text(""),
                flags,
                structure,
                MOUNT_ATTR_LENGTH);
    }

    /// Mounts `mount` on what record `target` is a descriptor of.
    ///
    /// @param object how a failure names it
    int attach(final int mount, final int target, final String object) {
        return attach(mount, target, "mount", object);
    }

    /// @param call how a failure is called
    int attach(final int mount, final int target, final String call, final String object) {
        final int flags = MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH;
        final int record = addOn(mount, call, object, SyscallNumber.MOVE_MOUNT, 0, text(""), 0, text(""), flags);
        program.argumentFrom(record, 2, target);
        return record;
    }

    /// Mounts `mount` on `name` in a directory that is ours alone.
    int attachIn(final int mount, final int directory, final String name) {
        final int record = addOn(
                mount, "mount", name, SyscallNumber.MOVE_MOUNT, 0, text(""), 0, text(name), MOVE_MOUNT_F_EMPTY_PATH);
        program.argumentFrom(record, 2, directory);
        return record;
    }

    /// Mounts `mount` on a path outside the container.
    int attachAt(final int mount, final String path) {
        return addOn(
                mount,
                "mount",
                path,
                SyscallNumber.MOVE_MOUNT,
                0,
                text(""),
                AT_FDCWD,
                text(path),
                MOVE_MOUNT_F_EMPTY_PATH);
    }

    private static int treeFlags(final boolean isRecursive) {
        return OPEN_TREE_CLONE | Fd.O_CLOEXEC | (isRecursive ? AT_RECURSIVE : 0);
    }

    @Override
    public void close() {
        program.close();
    }
}
