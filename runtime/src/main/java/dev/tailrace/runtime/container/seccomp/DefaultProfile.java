package dev.tailrace.runtime.container.seccomp;

import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.SyscallNumber;
import dev.tailrace.tapio.sandbox.CallRule;
import dev.tailrace.tapio.sandbox.FilterCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToIntFunction;

/// Docker's default profile as the code of a filter: EPERM for what is not allowed, ENOSYS for what is newer than the
/// table, so that libraries do without it, and death for calls by a convention of another processor.
final class DefaultProfile {
    // linux/audit.h
    static final int AUDIT_ARCH_X86_64 = 0xc000_003e;
    static final int AUDIT_ARCH_I386 = 0x4000_0003;
    static final int AUDIT_ARCH_AARCH64 = 0xc000_00b7;

    /// The newest call of the table's kernel, the same for all processors; x32 has some of its own from 512.
    static final int LAST_KNOWN = 469;

    static final int LAST_X32 = 547;

    static final int EPERM = CallRule.ERRNO | Errno.EPERM;
    static final int ENOSYS = CallRule.ERRNO | Errno.ENOSYS;

    /// CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET (linux/sched.h).
    private static final int CLONE_NAMESPACES = 0x7e02_0000;

    // linux/socket.h
    private static final int AF_ALG = 38;
    private static final int AF_VSOCK = 40;

    /// SYS_SOCKET of linux/net.h.
    private static final int SOCKETCALL_SOCKET = 1;

    /// PER_LINUX and PER_LINUX32, with and without UNAME26, and the question (linux/personality.h).
    private static final Integer[] PERSONALITIES = {0, 8, 0x2_0000, 0x2_0008, 0xffff_ffff};

    private DefaultProfile() {}

    /// The code for this machine.
    ///
    /// @param capabilities that the container has, such as `CAP_SYS_PTRACE`
    static List<Long> code(final Set<String> capabilities) {
        return code(SyscallNumber.AUDIT_ARCH, capabilities);
    }

    static List<Long> code(final int architecture, final Set<String> capabilities) {
        final List<CallTable.Row> rows = CallTable.rows();
        final List<FilterCode.Table> tables = new ArrayList<>();
        if (architecture == AUDIT_ARCH_X86_64) {
            tables.add(table(AUDIT_ARCH_X86_64, 0, LAST_KNOWN, rows, CallTable.Row::x86, capabilities));
            tables.add(table(AUDIT_ARCH_X86_64, FilterCode.X32_BIT, LAST_X32, rows, CallTable.Row::x32, capabilities));
            tables.add(table(AUDIT_ARCH_I386, 0, LAST_KNOWN, rows, CallTable.Row::i386, capabilities));
        } else {
            tables.add(table(AUDIT_ARCH_AARCH64, 0, LAST_KNOWN, rows, CallTable.Row::aarch64, capabilities));
        }
        return FilterCode.of(tables);
    }

    private static FilterCode.Table table(
            final int architecture,
            final int base,
            final int last,
            final List<CallTable.Row> rows,
            final ToIntFunction<CallTable.Row> number,
            final Set<String> capabilities) {
        final List<CallRule> rules = new ArrayList<>();
        for (final CallTable.Row row : rows) {
            if (number.applyAsInt(row) != CallTable.NONE) {
                rule(row, number.applyAsInt(row), capabilities).ifPresent(rules::add);
            }
        }
        return new FilterCode.Table(architecture, base, last, rules, EPERM, ENOSYS);
    }

    private static Optional<CallRule> rule(final CallTable.Row row, final int number, final Set<String> capabilities) {
        Optional<CallRule> rule = Optional.empty();
        for (final String word : row.rule()) {
            if (capabilities.contains(word)) {
                return Optional.of(CallRule.always(number));
            }
            if (!word.startsWith("CAP_")) {
                rule = Optional.of(rule(word, number));
            }
        }
        return rule;
    }

    private static CallRule rule(final String word, final int number) {
        return switch (word) {
            case "*" -> CallRule.always(number);
            case "threads" ->
                CallRule.when(number, CallRule.masked(0, CLONE_NAMESPACES, 0)).elseFails(Errno.EPERM);
            case "absent" -> CallRule.fails(number, Errno.ENOSYS);
            case "families" ->
                CallRule.when(number, CallRule.noneOf(0, AF_ALG, AF_VSOCK)).elseFails(Errno.EPERM);
            case "personalities" ->
                CallRule.when(number, CallRule.oneOf(0, PERSONALITIES)).elseFails(Errno.EPERM);
            case "socketcalls" ->
                CallRule.when(number, CallRule.noneOf(0, SOCKETCALL_SOCKET)).elseFails(Errno.ENOSYS);
            default -> throw new IllegalStateException("calls.txt: no rule is called " + word);
        };
    }
}
