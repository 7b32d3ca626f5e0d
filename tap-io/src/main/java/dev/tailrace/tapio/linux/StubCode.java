package dev.tailrace.tapio.linux;

import java.util.HexFormat;

/// The machine code of `src/main/asm`, assembled. `StubCodeTest` assembles the sources again and compares.
final class StubCode {
    private static final String X86_64 = "4889f84889f74889d64889ca4d89c24d89c84c8b4c24080f05c3";

    private static final String AARCH64 = "e80300aae00301aae10302aae20303aae30304aae40305aae50306aa010000d4c0035fd6";

    private StubCode() {}

    static byte[] bytes() {
        return HexFormat.of().parseHex(Machine.IS_X86_64 ? X86_64 : AARCH64);
    }
}
