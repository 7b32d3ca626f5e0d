package dev.tailrace.perf.bundle;

import dev.tailrace.perf.lab.LabException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;

/// A program whose first instructions ask CLOCK_MONOTONIC for the time (clock_gettime(2)), and that writes the `struct
/// timespec` and ends. The clock is that of [System#nanoTime] on Linux, and the same in every container without a time
/// namespace: so it is known to the microsecond when a container's program began to run, whoever started it.
public final class ClockProgram {
    /// What it writes: seconds and nanoseconds, 64 bits each.
    public static final int OUTPUT_BYTES = 16;

    private static final long NS_PER_SECOND = 1_000_000_000L;
    private static final long ADDRESS = 0x40_0000;
    private static final int HEADER_BYTES = 64;
    private static final int PROGRAM_HEADER_BYTES = 56;

    // elf.h
    private static final int EM_X86_64 = 62;
    private static final int EM_AARCH64 = 183;
    private static final int READ_AND_EXECUTE = 5;
    private static final long PAGE = 0x1_0000;

    /// clock_gettime(CLOCK_MONOTONIC, sp); write(1, sp, 16); exit_group(0), with the numbers of asm/unistd_64.h.
    private static final String X86_64 = "4883ec10" // sub rsp, 16
            + "bf01000000" + "4889e6" + "b8e4000000" + "0f05" // edi = 1, rsi = rsp, eax = 228, syscall
            + "bf01000000" + "4889e6" + "ba10000000" + "b801000000" + "0f05" // edi = 1, rsi = rsp, edx = 16, eax = 1
            + "31ff" + "b8e7000000" + "0f05"; // edi = 0, eax = 231

    /// The same with the numbers of asm-generic/unistd.h.
    private static final String AARCH64 = "ff4300d1" // sub sp, sp, 16
            + "200080d2" + "e1030091" + "280e80d2" + "010000d4" // x0 = 1, x1 = sp, x8 = 113, svc 0
            + "200080d2" + "e1030091" + "020280d2" + "080880d2" + "010000d4" // x0 = 1, x1 = sp, x2 = 16, x8 = 64
            + "000080d2" + "c80b80d2" + "010000d4"; // x0 = 0, x8 = 94

    private ClockProgram() {}

    /// The program for this machine, an ELF file (elf(5)) without sections.
    ///
    /// @throws LabException for another architecture than x86-64 and aarch64
    static byte[] executable() {
        return switch (System.getProperty("os.arch").toLowerCase(Locale.ROOT)) {
            case "amd64", "x86_64" -> executable(EM_X86_64, X86_64);
            case "aarch64", "arm64" -> executable(EM_AARCH64, AARCH64);
            default -> throw new LabException("no clock program for " + System.getProperty("os.arch"));
        };
    }

    private static byte[] executable(final int machine, final String hexadecimal) {
        final byte[] code = HexFormat.of().parseHex(hexadecimal);
        final int headers = HEADER_BYTES + PROGRAM_HEADER_BYTES;
        final long length = headers + code.length;
        final ByteBuffer file = ByteBuffer.allocate((int) length).order(ByteOrder.LITTLE_ENDIAN);
        // e_ident: 64 bits, little endian, version 1, System V.
        file.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0}).putLong(0);
        // ET_EXEC, the machine, the version, where to begin, where the program headers are; no sections, no flags.
        file.putShort((short) 2).putShort((short) machine).putInt(1);
        file.putLong(ADDRESS + headers).putLong(HEADER_BYTES).putLong(0).putInt(0);
        // Sizes and numbers of headers.
        file.putShort((short) HEADER_BYTES).putShort((short) PROGRAM_HEADER_BYTES);
        file.putShort((short) 1).putShort((short) 0).putShort((short) 0).putShort((short) 0);
        // PT_LOAD: the whole file.
        file.putInt(1).putInt(READ_AND_EXECUTE).putLong(0).putLong(ADDRESS).putLong(ADDRESS);
        file.putLong(length).putLong(length).putLong(PAGE);
        return file.put(code).array();
    }

    /// How long it took until it ran, or until its output was here.
    ///
    /// @param fromNs when it was asked for, on the scale of [System#nanoTime]
    /// @param output all that it wrote
    /// @param hereNs when that was here
    /// @param isToExec which of the two
    /// @throws LabException if it wrote something else, or its clock is not ours
    public static long elapsedNs(final long fromNs, final byte[] output, final long hereNs, final boolean isToExec) {
        final long ranNs = ranAtNs(output);
        if (ranNs - fromNs < 0 || hereNs - ranNs < 0) {
            throw new LabException("the clock of the container is not ours: asked at %d ns, ran at %d, answered at %d"
                    .formatted(fromNs, ranNs, hereNs));
        }
        return (isToExec ? ranNs : hereNs) - fromNs;
    }

    private static long ranAtNs(final byte[] output) {
        if (output.length != OUTPUT_BYTES) {
            throw new LabException("the clock program wrote %d bytes and not %d: %s"
                    .formatted(output.length, OUTPUT_BYTES, new String(output, StandardCharsets.UTF_8).strip()));
        }
        final ByteBuffer time = ByteBuffer.wrap(output).order(ByteOrder.LITTLE_ENDIAN);
        return time.getLong() * NS_PER_SECOND + time.getLong();
    }
}
