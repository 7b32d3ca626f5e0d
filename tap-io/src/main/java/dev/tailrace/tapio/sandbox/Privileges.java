package dev.tailrace.tapio.sandbox;

import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;
import dev.tailrace.tapio.stub.SyscallProgram;
import java.util.List;

/// The capabilities of a thread, and giving up all but the one that published ports below 1024 need.
final class Privileges {
    // linux/capability.h
    private static final int CAP_NET_BIND_SERVICE = 10;
    private static final int CAP_SYS_CHROOT = 18;
    private static final int CAP_SYS_ADMIN = 21;
    private static final int VERSION_3 = 0x2008_0522;
    private static final int HEADER_LENGTH = 8;

    /// Two of {effective, permitted, inheritable}, for the lower and the upper capabilities.
    private static final int DATA_LENGTH = 24;

    private static final int PERMITTED_OFFSET = 4;
    private static final int UPPER_OFFSET = 12;

    // linux/prctl.h
    private static final int PR_CAPBSET_READ = 23;
    private static final int PR_CAPBSET_DROP = 24;
    private static final int PR_SET_NO_NEW_PRIVS = 38;
    private static final int PR_CAP_AMBIENT = 47;
    private static final int PR_CAP_AMBIENT_CLEAR_ALL = 4;

    private final long kept;

    /// @param permitted what [#permitted] answers
    Privileges(final long permitted) {
        kept = permitted & 1L << CAP_NET_BIND_SERVICE;
    }

    /// The permitted capabilities of the calling thread, a bit each.
    static long permitted() {
        try (Memory memory = Memory.region(HEADER_LENGTH + DATA_LENGTH)) {
            final long header = memory.allocate(HEADER_LENGTH);
            final long data = memory.allocate(DATA_LENGTH);
            memory.buffer().putInt(0, VERSION_3);
            Syscall.check(Syscall.call(SyscallNumber.CAPGET, header, data), "capget", "");
            final int lower = memory.buffer().getInt(memory.offset(data) + PERMITTED_OFFSET);
            final int upper = memory.buffer().getInt(memory.offset(data) + UPPER_OFFSET + PERMITTED_OFFSET);
            return lower & 0xffff_ffffL | (long) upper << Integer.SIZE;
        }
    }

    /// Whether a thread with these can make a mount namespace and have others enter it.
    static boolean canMount(final long permitted) {
        final long needed = 1L << CAP_SYS_ADMIN | 1L << CAP_SYS_CHROOT;
        return (permitted & needed) == needed;
    }

    /// Appends what keeps a thread from ever getting more privileges by executing something.
    void appendNoNewPrivileges(final SyscallProgram program) {
        program.add("prctl(PR_SET_NO_NEW_PRIVS)", "", SyscallNumber.PRCTL, PR_SET_NO_NEW_PRIVS, 1);
    }

    /// Appends what empties the ambient, bounding and inheritable set, and the others but for what is kept.
    void appendDrop(final SyscallProgram program) {
        program.add(
                "prctl(PR_CAP_AMBIENT_CLEAR_ALL)", "", SyscallNumber.PRCTL, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL);
        for (int capability = 0; capability < Long.SIZE; capability++) {
            // EINVAL for what the kernel does not know.
            if (capability != CAP_NET_BIND_SERVICE
                    && Syscall.call(SyscallNumber.PRCTL, PR_CAPBSET_READ, capability) == 1) {
                program.add(
                        "prctl(PR_CAPBSET_DROP)",
                        "capability " + capability,
                        SyscallNumber.PRCTL,
                        PR_CAPBSET_DROP,
                        capability);
            }
        }
        final Memory memory = program.memory();
        final long header = memory.allocate(HEADER_LENGTH);
        final long data = memory.allocate(DATA_LENGTH);
        memory.buffer().putInt(memory.offset(header), VERSION_3);
        memory.buffer().putInt(memory.offset(data), (int) kept);
        memory.buffer().putInt(memory.offset(data) + PERMITTED_OFFSET, (int) kept);
        program.add("capset", "", SyscallNumber.CAPSET, header, data);
    }

    /// Lines of `/proc/PID/task/TID/status` of a thread that has executed all of it.
    List<String> expectedStatus() {
        final String digits = Long.toHexString(kept);
        final String set = "0".repeat(Long.BYTES * 2 - digits.length()) + digits;
        final String none = "0".repeat(Long.BYTES * 2);
        return List.of("CapInh:\t" + none, "CapPrm:\t" + set, "CapEff:\t" + set, "CapAmb:\t" + none, "NoNewPrivs:\t1");
    }
}
