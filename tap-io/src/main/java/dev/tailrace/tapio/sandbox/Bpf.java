package dev.tailrace.tapio.sandbox;

import java.util.ArrayList;
import java.util.List;

/// Instructions of classic BPF as seccomp(2) runs them, each `struct sock_filter` (linux/filter.h) as one
/// little-endian number: 16 bits of code, two distances of 8 bits, an operand of 32 bits.
final class Bpf {
    /// BPF_LD | BPF_W | BPF_ABS: loads 32 bits of `struct seccomp_data`.
    static final int LOAD = 0x20;

    /// BPF_ALU | BPF_AND | BPF_K.
    static final int AND = 0x54;

    /// BPF_JMP | BPF_JEQ | BPF_K.
    static final int JUMP_EQUAL = 0x15;

    /// BPF_JMP | BPF_JGE | BPF_K, unsigned.
    static final int JUMP_GREATER_OR_EQUAL = 0x35;

    /// BPF_JMP | BPF_JA: goes over as many instructions as the operand says.
    static final int JUMP = 0x05;

    /// BPF_RET | BPF_K.
    static final int RETURN = 0x06;

    // struct seccomp_data (linux/seccomp.h).
    static final int NUMBER_OFFSET = 0;
    static final int ARCHITECTURE_OFFSET = 4;
    static final int ARGUMENTS_OFFSET = 16;

    /// BPF_MAXINSNS.
    static final int MAX_INSTRUCTIONS = 4096;

    /// Distances have 8 bits and count from the next instruction.
    static final int MAX_DISTANCE = 255;

    private Bpf() {}

    static long load(final int offset) {
        return instruction(LOAD, 0, 0, offset);
    }

    static long and(final int mask) {
        return instruction(AND, 0, 0, mask);
    }

    static long ret(final int action) {
        return instruction(RETURN, 0, 0, action);
    }

    static long jump(final int distance) {
        return instruction(JUMP, 0, 0, distance);
    }

    static long jumpEqual(final int value, final int distanceIf, final int distanceElse) {
        return instruction(JUMP_EQUAL, distanceIf, distanceElse, value);
    }

    static long jumpGreaterOrEqual(final int value, final int distanceIf, final int distanceElse) {
        return instruction(JUMP_GREATER_OR_EQUAL, distanceIf, distanceElse, value);
    }

    /// Concatenates code whose distances stay within its parts.
    @SafeVarargs
    static List<Long> concat(final List<Long>... parts) {
        final List<Long> whole = new ArrayList<>();
        for (final List<Long> part : parts) {
            whole.addAll(part);
        }
        return whole;
    }

    private static long instruction(final int code, final int distanceIf, final int distanceElse, final int operand) {
        if (distanceIf > MAX_DISTANCE || distanceElse > MAX_DISTANCE || distanceIf < 0 || distanceElse < 0) {
            throw new IllegalArgumentException("a jump over " + Math.max(distanceIf, distanceElse) + " instructions");
        }
        return code | (long) distanceIf << 16 | (long) distanceElse << 24 | (long) operand << 32;
    }
}
