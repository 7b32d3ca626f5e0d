package dev.tailrace.tapio.sandbox;

import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;
import dev.tailrace.tapio.stub.SyscallProgram;
import java.util.List;
import java.util.function.Consumer;

/// Landlock (landlock(7)), a second wall where the kernel has it: files can be read below the root, those of one
/// directory removed, and nothing else; no abstract socket and no process outside can be reached. It also holds for
/// what descriptors from before lead to, which a new root does not.
final class Landlock {
    /// There are no rules, because the kernel has no Landlock.
    static final int NONE = -1;

    // linux/landlock.h
    private static final int CREATE_RULESET_VERSION = 1;
    private static final int RULE_PATH_BENEATH = 1;
    private static final long READ_FILE = 1 << 2;
    private static final long READ_DIRECTORY = 1 << 3;
    private static final long REMOVE_FILE = 1 << 5;

    /// How many rights to files there are, by the version of the interface, from 1: REFER, TRUNCATE and IOCTL_DEV
    /// came later.
    private static final int[] FILE_RIGHTS = {13, 14, 15, 15, 16};

    /// From this version abstract sockets and signals can be kept inside.
    private static final int VERSION_WITH_SCOPES = 6;

    private static final long SCOPES = 3;

    /// struct landlock_ruleset_attr: rights to files, rights to the network, scopes.
    private static final int RULESET_LENGTH = 24;

    private static final int SCOPES_OFFSET = 16;
    private static final int RULESET_LENGTH_BEFORE_SCOPES = 8;

    /// struct landlock_path_beneath_attr, packed: rights, descriptor.
    private static final int PATH_LENGTH = 12;

    private Landlock() {}

    /// The rules, as a descriptor, or [#NONE].
    ///
    /// @param unlinkDirectoryFds directories in which files may be removed
    /// @param readableFd a directory that may be read, too
    static int rules(final List<Integer> unlinkDirectoryFds, final int readableFd, final Consumer<String> log) {
        final long version = Syscall.call(SyscallNumber.LANDLOCK_CREATE_RULESET, 0, 0, CREATE_RULESET_VERSION);
        if (version < 1) {
            log.accept("sandbox: this kernel has no Landlock (landlock_create_ruleset: " + Errno.name((int) -version)
                    + "), so the other walls have to do");
            return NONE;
        }
        try (Memory memory = Memory.region(RULESET_LENGTH)) {
            final int rights = FILE_RIGHTS[(int) Math.min(version, FILE_RIGHTS.length) - 1];
            memory.buffer().putLong(0, (1L << rights) - 1);
            final boolean hasScopes = version >= VERSION_WITH_SCOPES;
            memory.buffer().putLong(SCOPES_OFFSET, hasScopes ? SCOPES : 0);
            final int length = hasScopes ? RULESET_LENGTH : RULESET_LENGTH_BEFORE_SCOPES;
            final int fd = (int) Syscall.check(
                    Syscall.call(SyscallNumber.LANDLOCK_CREATE_RULESET, memory.address(), length, 0),
                    "landlock_create_ruleset",
                    "");
            final int root = Fd.open("/", Fd.O_PATH | Fd.O_CLOEXEC);
            add(fd, root, READ_FILE | READ_DIRECTORY);
            Fd.close(root);
            add(fd, readableFd, READ_FILE | READ_DIRECTORY);
            for (final int directoryFd : unlinkDirectoryFds) {
                add(fd, directoryFd, REMOVE_FILE);
            }
            return fd;
        }
    }

    /// Appends what has a thread, which has no_new_privs, obey the rules.
    static void append(final SyscallProgram program, final int rulesFd) {
        if (rulesFd >= 0) {
            program.add("landlock_restrict_self", "", SyscallNumber.LANDLOCK_RESTRICT_SELF, rulesFd, 0);
        }
    }

    private static void add(final int rulesFd, final int directoryFd, final long rights) {
        try (Memory memory = Memory.region(PATH_LENGTH)) {
            memory.buffer().putLong(0, rights);
            memory.buffer().putInt(Long.BYTES, directoryFd);
            Syscall.check(
                    Syscall.call(SyscallNumber.LANDLOCK_ADD_RULE, rulesFd, RULE_PATH_BENEATH, memory.address(), 0),
                    "landlock_add_rule",
                    "fd " + directoryFd);
        }
    }
}
