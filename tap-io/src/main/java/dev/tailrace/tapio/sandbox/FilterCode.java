package dev.tailrace.tapio.sandbox;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Makes the code of a seccomp filter out of tables of system calls.
///
/// For each calling convention the code finds the rule by bisection over ranges of numbers that share it, which takes
/// about eight comparisons of 350 calls.
public final class FilterCode {
    /// __X32_SYSCALL_BIT: with it x86-64 takes calls of another table.
    public static final int X32_BIT = 0x4000_0000;

    private FilterCode() {}

    /// The calls of one calling convention, or those of its numbers from `base`.
    ///
    /// @param architecture an AUDIT_ARCH of linux/audit.h
    /// @param base added to each number
    /// @param lastKnown the highest number that this table decides about
    /// @param rules with numbers up to `lastKnown`
    /// @param otherwise the action for numbers without a rule
    /// @param beyond the action for numbers above
    public record Table(int architecture, int base, int lastKnown, List<CallRule> rules, int otherwise, int beyond) {}

    /// Instructions as seccomp(2) takes them; see [Bpf]. Calls of other architectures kill the process.
    ///
    /// @param tables those of one architecture one after the other, by `base`
    public static List<Long> of(final List<Table> tables) {
        final List<Long> whole = new ArrayList<>(List.of(Bpf.load(Bpf.ARCHITECTURE_OFFSET)));
        int from = 0;
        while (from < tables.size()) {
            final int architecture = tables.get(from).architecture();
            final List<Range> ranges = new ArrayList<>();
            int to = from;
            while (to < tables.size() && tables.get(to).architecture() == architecture) {
                append(ranges, tables.get(to++));
            }
            final List<Long> code = Bpf.concat(List.of(Bpf.load(Bpf.NUMBER_OFFSET)), tree(ranges, 0, ranges.size()));
            whole.add(Bpf.jumpEqual(architecture, 1, 0));
            whole.add(Bpf.jump(code.size()));
            whole.addAll(code);
            from = to;
        }
        whole.add(Bpf.ret(CallRule.KILL_PROCESS));
        if (whole.size() > Bpf.MAX_INSTRUCTIONS) {
            throw new IllegalStateException("a filter of " + whole.size() + " instructions");
        }
        return whole;
    }

    /// Numbers from `first`, unsigned, to the next range's, that share their code.
    private record Range(int first, List<Long> code) {}

    private static void append(final List<Range> ranges, final Table table) {
        final List<Long> otherwise = List.of(Bpf.ret(table.otherwise()));
        int next = 0;
        for (final CallRule rule : table.rules().stream()
                .sorted(Comparator.comparingInt(CallRule::number))
                .toList()) {
            if (rule.number() < next || rule.number() > table.lastKnown()) {
                throw new IllegalArgumentException("two rules for system call " + rule.number() + ", or unknown");
            }
            if (rule.number() > next) {
                append(ranges, table.base() + next, otherwise);
            }
            append(ranges, table.base() + rule.number(), rule.code());
            next = rule.number() + 1;
        }
        if (next <= table.lastKnown()) {
            append(ranges, table.base() + next, otherwise);
        }
        append(ranges, table.base() + table.lastKnown() + 1, List.of(Bpf.ret(table.beyond())));
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
        final List<Long> choice = below.size() <= Bpf.MAX_DISTANCE
                ? List.of(Bpf.jumpGreaterOrEqual(first, below.size(), 0))
                : List.of(Bpf.jumpGreaterOrEqual(first, 0, 1), Bpf.jump(below.size()));
        return Bpf.concat(choice, below, tree(ranges, middle, to));
    }
}
