package dev.tailrace.tapio.linux;

/// The machine code of `src/main/asm`, assembled. `StubCodeTest` assembles the sources again and compares the bytes
/// and the offsets of the entry points.
final class StubCode {
    /// `long sys6(long number, long a0, ... long a5)`.
    static final int SYS6 = 0;

    /// `long run(struct program *)`: see `stub.SyscallProgram`.
    static final int RUN = Machine.IS_X86_64 ? 0x20 : 0x30;

    /// `void on_signal(int signal)`: see [Signals].
    static final int ON_SIGNAL = Machine.IS_X86_64 ? 0x140 : 0x150;

    /// Where the kernel returns to from a signal handler; x86-64 only.
    static final int RESTORER = 0x160;

    /// Distance from the first byte of code to the stub's data word. 64 KiB: the largest page there is.
    static final int DATA = 65_536;

    static final String X86_64 =
            "4889f84889f74889d64889ca4d89c24d89c84c8b4c24080f05c3cccccccccccc535541544989fcbf02000000498d7424"
                    + "50498d54244841ba08000000b80e0000000f05498b7c2420498b742428498b5424304d8b5424384d8b442440498b4424"
                    + "180f054885c074244889c3bf02000000498d74244831d241ba08000000b80e0000000f054889d8415c5d5bc3498b1c24"
                    + "488b6b08488b7b100fbae5087303488b3f488b73180fbae5097303488b36488b53200fbae50a7303488b124c8b53280f"
                    + "bae50b73034d8b124c8b43300fbae50c73034d8b004c8b4b380fbae50d73034d8b09488b030f0548894340483d01f0ff"
                    + "ff7311488b4b484885c974028901488b4350eb0cf7c5010000007414488b43584883c3604885c0480f45d8e970ffffff"
                    + "48f7d8498944241049895c2408bf01000000b8e70000000f05f4cccccccccccc578b3db9fe00004889e6ba01000000b8"
                    + "010000000f055fc3ccccccccccccccccb80f0000000f05f4";

    static final String AARCH64 =
            "e80300aae00301aae10302aae20303aae30304aae40305aae50306aa010000d4c0035fd61f2003d51f2003d51f2003d5"
                    + "f353bea9f55b01a9f40300aa400080d28142019182220191030180d2e81080d2010000d4800642a9820e43a9842240f9"
                    + "880e40f9010000d4800100b4f30300aa400080d281220191020080d2030180d2e81080d2010000d4e00313aaf55b41a9"
                    + "f353c2a8c0035fd6930240f9750640f9600a40f955004036000040f9610e40f955004836210040f9621240f955005036"
                    + "420040f9631640f955005836630040f9641a40f955006036840040f9651e40f955006836a50040f9680240f9010000d4"
                    + "602200f91ffc3fb1c2000054692640f9490000b4200100b9692a40f903000014d5000036692e40f9738201913f0100f1"
                    + "3311939adeffff17e00300cb800a00f9930600f9200080d2c80b80d2010000d4000020d41f2003d51f2003d51f2003d5"
                    + "e00f1ff869f50710200140b9e1030091220080d2080880d2010000d4ff430091c0035fd6";

    private StubCode() {}

    /// The code of this machine. Decoded by hand: on the start-up path each class that is not loaded counts.
    static byte[] bytes() {
        final String hex = Machine.IS_X86_64 ? X86_64 : AARCH64;
        final byte[] code = new byte[hex.length() / 2];
        for (int i = 0; i < code.length; i++) {
            code[i] = (byte) (Character.digit(hex.charAt(2 * i), 16) << 4 | Character.digit(hex.charAt(2 * i + 1), 16));
        }
        return code;
    }
}
