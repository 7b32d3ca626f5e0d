package dev.tailrace.tapio.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;

/// The program that is process 1 of a container with `--init`: `src/main/asm/init-*.S`, assembled, as a file to
/// execute. `StubCodeTest` assembles the sources again and compares the bytes.
public final class InitCode {
    static final String X86_64 =
            "488b04244c8d6424084c8d6cc4104883ec2048c70424ffffffff48c744240800000000bf0f000000488d3566010000b8"
                    + "9d0000000f05bf03000000be02000000ba01000000b8480000000f05488d3424e82b010000bf1141000031f6b8380000"
                    + "000f054885c00f88ee0000000f84920000004889c3bf03000000b8030000000f054531ff4889e731f631d241ba080000"
                    + "00b8800000000f054885c078e783f811740d89df89c6b83e0000000f05ebd548c7c7ffffffff488d742410ba01000000"
                    + "4531d2b83d0000000f054839d8750b448b74241041bf010000004885c07fd04585ff74a04489f783e77f750a41c1ee08"
                    + "410fb6feeb0681c780000000b8e70000000f05f431ff31f6b86d0000000f05b8270000000f058944241031ffbe105400"
                    + "00488d542410b8100000000f05488d742408bf0200000031d241ba08000000b80e0000000f05498b7c2408498d742410"
                    + "4c89eab83b0000000f05f7d889442410bf03000000488d742410ba04000000b8010000000f05bf7f000000e97cffffff"
                    + "bf0200000031d241ba08000000b80e0000000f05c37461696c726163652d696e697400";

    static final String AARCH64 =
            "e00340f9f3230091f46f208b94420091ff8300d100008092e07f00a9e00180d2a10b0010e81480d2010000d4600080d2"
                    + "410080d2220080d2280380d2010000d4e10300914e000094202288d2010080d2020080d2030080d2040080d2881b80d2"
                    + "010000d4a007f8b7200500b4f50300aa600080d2280780d2010000d4160080d2e0030091010080d2020080d2030180d2"
                    + "281180d2010000d440ffffb71f4400f1c0000054e10300aae00315aa281080d2010000d4f3ffff1700008092e1430091"
                    + "220080d2030080d2882080d2010000d41f0015eb61000054f71340b9360080d21f0000f1acfeff54d6fcffb4e01a0072"
                    + "61000054e03e08530200001400000211c80b80d2010000d4000020d4000080d2010080d2481380d2010000d4881580d2"
                    + "010000d4e01300b9000080d201828ad2e2430091a80380d2010000d4e12300910f000094600640f961420091e20314aa"
                    + "a81b80d2010000d4e003004be01300b9600080d2e1430091820080d2080880d2010000d4e00f80d2e2ffff17400080d2"
                    + "020080d2030180d2e81080d2010000d4c0035fd67461696c726163652d696e697400";

    // elf(5)
    private static final int HEADER_LENGTH = 64;
    private static final int PROGRAM_HEADER_LENGTH = 56;
    private static final long BASE = 0x40_0000;
    private static final int ALIGNMENT = 0x1_0000;
    private static final short ET_EXEC = 2;
    private static final short EM_X86_64 = 62;
    private static final short EM_AARCH64 = 183;
    private static final int PT_LOAD = 1;
    private static final int READ_EXECUTE = 5;
    private static final byte[] IDENTIFICATION = {0x7f, 'E', 'L', 'F', 2, 1, 1, 0};

    private InitCode() {}

    /// The bytes of the file, for this machine: one segment, to read and execute, and no data.
    public static byte[] elf() {
        return elf(Machine.IS_X86_64);
    }

    static byte[] elf(final boolean isX86) {
        final byte[] code = HexFormat.of().parseHex(isX86 ? X86_64 : AARCH64);
        final int codeOffset = HEADER_LENGTH + PROGRAM_HEADER_LENGTH;
        final ByteBuffer file = ByteBuffer.allocate(codeOffset + code.length).order(ByteOrder.LITTLE_ENDIAN);
        file.put(IDENTIFICATION).putLong(0);
        file.putShort(ET_EXEC).putShort(isX86 ? EM_X86_64 : EM_AARCH64).putInt(1);
        // Entry, program headers, section headers, flags.
        file.putLong(BASE + codeOffset).putLong(HEADER_LENGTH).putLong(0).putInt(0);
        file.putShort((short) HEADER_LENGTH)
                .putShort((short) PROGRAM_HEADER_LENGTH)
                .putShort((short) 1);
        file.putShort((short) 0).putShort((short) 0).putShort((short) 0);
        // Type, flags, offset, two addresses, two lengths, alignment.
        file.putInt(PT_LOAD).putInt(READ_EXECUTE).putLong(0).putLong(BASE).putLong(BASE);
        file.putLong(file.capacity()).putLong(file.capacity()).putLong(ALIGNMENT);
        return file.put(code).array();
    }
}
