package dev.tailrace.tapio.sandbox;

import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.LinuxException;
import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.Signals;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A seccomp filter that allows what its rules say and nothing else, for all threads of this process.
///
/// A call that is not allowed is trapped: its number is printed, and the process dies by SIGSYS. Calls that are newer
/// than [#LAST_KNOWN] are answered ENOSYS, since libraries try them and do without. The code finds the rule by
/// bisection over ranges of numbers, in about eight comparisons; kernels since 5.11 do not even run it for calls that
/// are always allowed.
final class SeccompFilter {
    /// The newest call when this was written, of Linux 6.18 (asm/unistd.h).
    static final int LAST_KNOWN = 469;

    /// __X32_SYSCALL_BIT: with it x86-64 takes calls of another table.
    private static final int X32_BIT = 0x4000_0000;

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
        final List<Range> ranges = ranges(rules);
        final List<Long> tree = tree(ranges, 0, ranges.size());
        final List<Long> whole = Bpf.concat(
                List.of(
                        Bpf.load(Bpf.ARCHITECTURE_OFFSET),
                        Bpf.jumpEqual(architecture, 1, 0),
                        Bpf.ret(CallRule.KILL_PROCESS),
                        Bpf.load(Bpf.NUMBER_OFFSET)),
                tree);
        if (whole.size() > Bpf.MAX_INSTRUCTIONS) {
            throw new IllegalStateException("a filter of " + whole.size() + " instructions");
        }
        return whole;
    }

    /// Numbers from `first`, unsigned, to the next range's, that share their code.
    private record Range(int first, List<Long> code) {}

    private static List<Range> ranges(final List<CallRule> rules) {
        final List<Long> allow = List.of(Bpf.ret(CallRule.ALLOW));
        final List<Long> trap = List.of(Bpf.ret(CallRule.TRAP));
        final @Nullable CallRule[] byNumber = new CallRule[LAST_KNOWN + 1];
        for (final CallRule rule : rules) {
            if (rule.number() < 0 || rule.number() > LAST_KNOWN || byNumber[rule.number()] != null) {
                throw new IllegalArgumentException("two rules for system call " + rule.number() + ", or unknown");
            }
            byNumber[rule.number()] = rule;
        }
        final List<Range> ranges = new ArrayList<>();
        for (int number = 0; number <= LAST_KNOWN; number++) {
            final CallRule rule = byNumber[number];
            append(ranges, number, rule == null ? trap : rule.isAlways() ? allow : rule.code());
        }
        append(ranges, LAST_KNOWN + 1, List.of(Bpf.ret(CallRule.ERRNO | Errno.ENOSYS)));
        append(ranges, X32_BIT, trap);
        return ranges;
    }

    /// Leaves out what is the same as what comes before.
    private static void append(final List<Range> ranges, final int first, final List<Long> code) {
        if (ranges.isEmpty() || !ranges.getLast().code().equals(code)) {
            ranges.add(new Range(first, code));
        }
    }

    private static List<Long> tree(final List<Range> ranges, final int from, final int to) {
        if (to - from == 1) {
            return ranges.get(from).code();
        }
        final int middle = (from + to) >>> 1;
        final List<Long> below = tree(ranges, from, middle);
        final int first = ranges.get(middle).first();
        return Bpf.concat(List.of(Bpf.jumpGreaterOrEqual(first, below.size(), 0)), below, tree(ranges, middle, to));
    }
}
