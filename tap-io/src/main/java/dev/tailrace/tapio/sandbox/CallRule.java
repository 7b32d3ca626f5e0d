package dev.tailrace.tapio.sandbox;

import java.util.ArrayList;
import java.util.List;

/// What a seccomp filter does with one system call: allowed if all conditions of one of the alternatives hold.
///
/// @param number see `SyscallNumber`
/// @param alternatives none: never allowed; one without conditions: always
/// @param otherwise the action when it is not allowed, such as [#TRAP]
public record CallRule(int number, List<List<Condition>> alternatives, int otherwise) {
    // linux/seccomp.h
    public static final int KILL_PROCESS = 0x8000_0000;
    public static final int TRAP = 0x0003_0000;
    public static final int ERRNO = 0x0005_0000;
    public static final int ALLOW = 0x7fff_0000;

    /// Compares 32 bits of an argument after a mask; a mask of -1 takes them all.
    ///
    /// @param argument from 0
    /// @param high whether it is the upper half, which the kernel ignores of arguments that are an `int`
    /// @param values at least one; any of them will do
    /// @param isNegated whether none of the values may be there instead
    public record Condition(int argument, boolean high, int mask, List<Integer> values, boolean isNegated) {}

    public static CallRule always(final int number) {
        return new CallRule(number, List.of(List.of()), TRAP);
    }

    /// Answers `errno` instead of making the call.
    public static CallRule fails(final int number, final int errno) {
        return new CallRule(number, List.of(), ERRNO | errno);
    }

    public static CallRule when(final int number, final Condition... conditions) {
        return new CallRule(number, List.of(List.of(conditions)), TRAP);
    }

    /// The same with another alternative.
    public CallRule or(final Condition... conditions) {
        final List<List<Condition>> all = new ArrayList<>(alternatives);
        all.add(List.of(conditions));
        return new CallRule(number, all, otherwise);
    }

    /// The same, answering `errno` when it is not allowed.
    public CallRule elseFails(final int errno) {
        return new CallRule(number, alternatives, ERRNO | errno);
    }

    public static Condition oneOf(final int argument, final Integer... values) {
        return new Condition(argument, false, -1, List.of(values), false);
    }

    public static Condition noneOf(final int argument, final Integer... values) {
        return new Condition(argument, false, -1, List.of(values), true);
    }

    public static Condition masked(final int argument, final int mask, final int value) {
        return new Condition(argument, false, mask, List.of(value), false);
    }

    public static Condition isNull(final int argument, final boolean high) {
        return new Condition(argument, high, -1, List.of(0), false);
    }

    public boolean isAlways() {
        return alternatives.size() == 1 && alternatives.getFirst().isEmpty();
    }

    /// The code for this call, which ends in each case.
    List<Long> code() {
        List<Long> code = List.of(Bpf.ret(otherwise));
        for (final List<Condition> alternative : alternatives.reversed()) {
            List<Long> passed = List.of(Bpf.ret(ALLOW));
            for (final Condition condition : alternative.reversed()) {
                // What fails jumps behind what follows if it holds.
                passed = Bpf.concat(code(condition, passed.size()), passed);
            }
            code = Bpf.concat(passed, code);
        }
        return code;
    }

    /// Falls through when the condition holds, else jumps over `distance` instructions.
    private static List<Long> code(final Condition condition, final int distance) {
        final List<Long> code = new ArrayList<>();
        code.add(Bpf.load(
                Bpf.ARGUMENTS_OFFSET + Long.BYTES * condition.argument() + (condition.high() ? Integer.BYTES : 0)));
        if (condition.mask() != -1) {
            code.add(Bpf.and(condition.mask()));
        }
        final int count = condition.values().size();
        for (int i = 0; i < count && condition.isNegated(); i++) {
            code.add(Bpf.jumpEqual(condition.values().get(i), count - 1 - i + distance, 0));
        }
        for (int i = 0; i < count && !condition.isNegated(); i++) {
            final boolean isLast = i == count - 1;
            code.add(Bpf.jumpEqual(condition.values().get(i), count - 1 - i, isLast ? distance : 0));
        }
        return code;
    }
}
