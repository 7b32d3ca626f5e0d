package dev.tailrace.tapio.sandbox;

import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.LinuxException;
import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.Signals;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;
import java.util.List;

/// A seccomp filter that allows what its rules say and nothing else, for all threads of this process.
///
/// A call that is not allowed is trapped: its number is printed, and the process dies by SIGSYS. Calls that are newer
/// than [#LAST_KNOWN] are answered ENOSYS, since libraries try them and do without. The code finds the rule by
/// bisection over ranges of numbers, in about eight comparisons; kernels since 5.11 do not even run it for calls that
/// are always allowed.
final class SeccompFilter {
    /// The newest call when this was written, of Linux 6.18 (asm/unistd.h).
    static final int LAST_KNOWN = 469;

    private static final int SECCOMP_SET_MODE_FILTER = 1;
    private static final int FLAG_TSYNC = 1;

    /// Without it Linux before 5.16 slows down every thread that has a filter, against programs that run the code
    /// of others.
    private static final int FLAG_SPEC_ALLOW = 4;

    private static final int PR_SET_NO_NEW_PRIVS = 38;

    /// struct sock_fprog (linux/filter.h): the number of instructions, and 8 bytes on their address.
    private static final int PROGRAM_LENGTH = 16;

    private SeccompFilter() {}

    /// Sets the filter, for good; sets no_new_privs, too, on all threads.
    ///
    /// @throws LinuxException when the kernel refuses
    static void install(final List<CallRule> rules) {
        final List<Long> code = code(SyscallNumber.AUDIT_ARCH, rules);
        Signals.nameBlockedCalls();
        Syscall.check(
                Syscall.call(SyscallNumber.PRCTL, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl(PR_SET_NO_NEW_PRIVS)", "");
        try (Memory memory = Memory.region(PROGRAM_LENGTH + Long.BYTES * code.size())) {
            final long program = memory.allocate(PROGRAM_LENGTH);
            memory.buffer().putShort(0, (short) code.size());
            memory.buffer().putLong(Long.BYTES, program + PROGRAM_LENGTH);
            for (int i = 0; i < code.size(); i++) {
                memory.buffer().putLong(PROGRAM_LENGTH + Long.BYTES * i, code.get(i));
            }
            final long result = Syscall.check(
                    Syscall.call(SyscallNumber.SECCOMP, SECCOMP_SET_MODE_FILTER, FLAG_TSYNC | FLAG_SPEC_ALLOW, program),
                    "seccomp(SECCOMP_SET_MODE_FILTER)",
                    "");
            if (result != 0) {
                // A thread that cannot take it has a filter of its own, so ESRCH, as newer kernels may answer.
                throw new LinuxException("seccomp(SECCOMP_SET_MODE_FILTER)", "thread " + result, Errno.ESRCH);
            }
        }
    }

    /// The filter as instructions; see [Bpf].
    static List<Long> code(final int architecture, final List<CallRule> rules) {
        final int absent = CallRule.ERRNO | Errno.ENOSYS;
        return FilterCode.of(List.of(
                new FilterCode.Table(architecture, 0, LAST_KNOWN, rules, CallRule.TRAP, absent),
                new FilterCode.Table(architecture, FilterCode.X32_BIT, 0, List.of(), CallRule.TRAP, CallRule.TRAP)));
    }
}
