package dev.tailrace.runtime.container;

import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The names of capabilities, and giving up those that a process is not to have.
final class Capabilities {
    /// In the order of their numbers (linux/capability.h).
    private static final List<String> NAMES = List.of(
            "CHOWN",
            "DAC_OVERRIDE",
            "DAC_READ_SEARCH",
            "FOWNER",
            "FSETID",
            "KILL",
            "SETGID",
            "SETUID",
            "SETPCAP",
            "LINUX_IMMUTABLE",
            "NET_BIND_SERVICE",
            "NET_BROADCAST",
            "NET_ADMIN",
            "NET_RAW",
            "IPC_LOCK",
            "IPC_OWNER",
            "SYS_MODULE",
            "SYS_RAWIO",
            "SYS_CHROOT",
            "SYS_PTRACE",
            "SYS_PACCT",
            "SYS_ADMIN",
            "SYS_BOOT",
            "SYS_NICE",
            "SYS_RESOURCE",
            "SYS_TIME",
            "SYS_TTY_CONFIG",
            "MKNOD",
            "LEASE",
            "AUDIT_WRITE",
            "AUDIT_CONTROL",
            "SETFCAP",
            "MAC_OVERRIDE",
            "MAC_ADMIN",
            "SYSLOG",
            "WAKE_ALARM",
            "BLOCK_SUSPEND",
            "AUDIT_READ",
            "PERFMON",
            "BPF",
            "CHECKPOINT_RESTORE");

    private static final String PREFIX = "CAP_";
    private static final int PR_CAPBSET_READ = 23;
    private static final int PR_CAPBSET_DROP = 24;
    private static final int PR_CAP_AMBIENT = 47;
    private static final int PR_CAP_AMBIENT_CLEAR_ALL = 4;

    private static final int VERSION_3 = 0x2008_0522;
    private static final int HEADER_LENGTH = 8;

    /// Two of {effective, permitted, inheritable}, 32 bits each, for the lower and the upper capabilities.
    private static final int DATA_LENGTH = 24;

    private static final int UPPER_OFFSET = 12;

    private Capabilities() {}

    /// A bit for each.
    ///
    /// @throws StartException if the kernel's headers know no such name
    static long bits(final Set<String> names) {
        long bits = 0;
        for (final String name : names) {
            final String upper = name.toUpperCase(Locale.ROOT);
            final int number = NAMES.indexOf(upper.startsWith(PREFIX) ? upper.substring(PREFIX.length()) : upper);
            if (number < 0) {
                throw new StartException(StartException.OTHER, "invalid capability: \"" + name + "\"");
            }
            bits |= 1L << number;
        }
        return bits;
    }

    /// The names of `bits`, such as `CAP_CHOWN`.
    static Set<String> names(final long bits) {
        return IntStream.range(0, NAMES.size())
                .filter(number -> (bits >>> number & 1) != 0)
                .mapToObj(Capabilities::name)
                .collect(Collectors.toUnmodifiableSet());
    }

    /// Those that the calling thread could ever get, a bit each.
    static long bounding() {
        long bits = 0;
        for (int number = 0; number < Long.SIZE; number++) {
            // EINVAL for what the kernel does not know.
            if (Syscall.call(SyscallNumber.PRCTL, PR_CAPBSET_READ, number) == 1) {
                bits |= 1L << number;
            }
        }
        return bits;
    }

    /// Appends what takes all but `kept` out of the bounding set.
    static void appendBound(final ChildProgram child, final long bounding, final long kept) {
        for (int number = 0; number < Long.SIZE; number++) {
            final long bit = 1L << number;
            if ((bounding & bit) != 0 && (kept & bit) == 0) {
                child.add("drop capability", name(number), SyscallNumber.PRCTL, PR_CAPBSET_DROP, number);
            }
        }
        child.add("drop the ambient capabilities", "", SyscallNumber.PRCTL, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL);
    }

    /// Appends what makes the permitted and effective set `kept`, and the inheritable one empty.
    static void appendSet(final ChildProgram child, final long kept) {
        final long header = child.memory().allocate(HEADER_LENGTH);
        final long data = child.memory().allocate(DATA_LENGTH);
        child.memory().buffer().putInt(child.memory().offset(header), VERSION_3);
        final int place = child.memory().offset(data);
        for (int set = 0; set < 2; set++) {
            child.memory().buffer().putInt(place + Integer.BYTES * set, (int) kept);
            child.memory().buffer().putInt(place + UPPER_OFFSET + Integer.BYTES * set, (int) (kept >>> Integer.SIZE));
        }
        child.add("set the capabilities", "", SyscallNumber.CAPSET, header, data);
    }

    private static String name(final int number) {
        return number < NAMES.size() ? PREFIX + NAMES.get(number) : String.valueOf(number);
    }
}
