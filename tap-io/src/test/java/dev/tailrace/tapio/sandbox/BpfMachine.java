package dev.tailrace.tapio.sandbox;

import java.util.List;

/// Runs classic BPF as the kernel does for seccomp, of the instructions that we use; anything else is an error.
public final class BpfMachine {
    private static final int ARGUMENTS = 6;

    private final long[] code;

    public BpfMachine(final List<Long> code) {
        this.code = code.stream().mapToLong(Long::longValue).toArray();
    }

    /// The action for a call.
    public int run(final int architecture, final int number, final long... arguments) {
        int accumulator = 0;
        int next = 0;
        // Each instruction goes forward, so this ends.
        while (true) {
            final long instruction = code[next++];
            final int operand = (int) (instruction >>> 32);
            final int distanceIf = (int) (instruction >>> 16) & 0xff;
            final int distanceElse = (int) (instruction >>> 24) & 0xff;
            switch ((int) instruction & 0xffff) {
                case 0x20 -> accumulator = load(operand, architecture, number, arguments);
                case 0x54 -> accumulator &= operand;
                case 0x05 -> next += operand;
                case 0x15 -> next += accumulator == operand ? distanceIf : distanceElse;
                case 0x35 -> next += Integer.compareUnsigned(accumulator, operand) >= 0 ? distanceIf : distanceElse;
                case 0x06 -> {
                    return operand;
                }
                default -> throw new AssertionError("instruction " + Long.toHexString(instruction));
            }
        }
    }

    /// struct seccomp_data: number, architecture, instruction pointer, six arguments.
    private static int load(final int offset, final int architecture, final int number, final long... arguments) {
        if (offset == 0) {
            return number;
        }
        if (offset == 4) {
            return architecture;
        }
        final int index = (offset - 16) / Long.BYTES;
        if (offset < 16 || offset % 4 != 0 || index >= ARGUMENTS) {
            throw new AssertionError("load of " + offset);
        }
        final long argument = index < arguments.length ? arguments[index] : 0;
        return (int) (offset % Long.BYTES == 0 ? argument : argument >>> 32);
    }
}
