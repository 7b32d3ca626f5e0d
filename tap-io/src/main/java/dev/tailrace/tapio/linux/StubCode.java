package dev.tailrace.tapio.linux;

/// The machine code of `src/main/asm`, assembled. `StubCodeTest` assembles the sources again and compares the bytes
/// and the offsets of the entry points.
final class StubCode {
    /// `long sys6(long number, long a0, ... long a5)`.
    static final int SYS6 = 0;

    /// `long run(struct program *)`: see `stub.SyscallProgram`.
    static final int RUN = Machine.IS_X86_64 ? 0x20 : 0x30;

    /// `void on_signal(int signal)`: see [Signals].
    static final int ON_SIGNAL = 0x150;

    /// Where the kernel returns to from a signal handler; x86-64 only.
    static final int RESTORER = 0x170;

    /// `void on_thread(int signal)`: see `stub.SyscallProgram`.
    static final int ON_THREAD = 0x180;

    /// `void on_blocked(int signal, siginfo *)`: see [Signals#nameBlockedCalls].
    static final int ON_BLOCKED = 0x1b0;

    /// Distance from the first byte of code to the stub's two data words. 64 KiB: the largest page there is.
    static final int DATA = 65_536;

    static final String X86_64 =
            "4889f84889f74889d64889ca4d89c24d89c84c8b4c24080f05c3cccccccccccc535541544989fcbf02000000498d7424"
                    + "50498d54244841ba08000000b80e0000000f05498b7c2420498b742428498b5424304d8b5424384d8b442440498b4424"
                    + "180f054885c074244889c3bf02000000498d74244831d241ba08000000b80e0000000f054889d8415c5d5bc34c8d2da9"
                    + "000000498b1c24488b6b08488b7b100fbae5087303488b3f488b73180fbae5097303488b36488b53200fbae50a730348"
                    + "8b124c8b53280fbae50b73034d8b124c8b43300fbae50c73034d8b004c8b4b380fbae50d73034d8b09488b034885c078"
                    + "480f0548894340483d01f0ffff7311488b4b484885c974028901488b4350eb0cf7c5010000007414488b43584883c360"
                    + "4885c0480f45d8e96bffffff48f7d8498944241049895c240841ffe5bf01000000b8e70000000f05f4cccccccccccccc"
                    + "578b3da9fe00004889e6ba01000000b8010000000f055fc3ccccccccccccccccb80f0000000f05f4cccccccccccccccc"
                    + "5355415441554c8b257bfe00004c8d2d05000000e9fafeffff49c744245801000000415d415c5d5bc3cccccccccccccc"
                    + "8b46184883ec40488d7c243fc6070ab90a00000031d2f7f180c23048ffcf881785c075f0488d054d0000004889042448"
                    + "c74424082a00000048897c2410488d4424404829f84889442418bf020000004889e6ba02000000b8140000000f0531ff"
                    + "31f631d2b83b0000000f05bf9f000000b8e70000000f05f4736c697270346e65746e733a20736563636f6d703a20626c"
                    + "6f636b65642073797374656d2063616c6c20";

    static final String AARCH64 =
            "e80300aae00301aae10302aae20303aae30304aae40305aae50306aa010000d4c0035fd61f2003d51f2003d51f2003d5"
                    + "f353bea9f55b01a9f40300aa400080d28142019182220191030180d2e81080d2010000d4800642a9820e43a9842240f9"
                    + "880e40f9010000d4800100b4f30300aa400080d281220191020080d2030180d2e81080d2010000d4e00313aaf55b41a9"
                    + "f353c2a8c0035fd656050010930240f9750640f9600a40f955004036000040f9610e40f955004836210040f9621240f9"
                    + "55005036420040f9631640f955005836630040f9641a40f955006036840040f9651e40f955006836a50040f9680240f9"
                    + "6802f8b7010000d4602200f91ffc3fb1c2000054692640f9490000b4200100b9692a40f903000014d5000036692e40f9"
                    + "738201913f0100f13311939addffff17e00300cb800a00f9930600f9c0021fd6200080d2c80b80d2010000d4000020d4"
                    + "e00f1ff869f50710200140b9e1030091220080d2080880d2010000d4ff430091c0035fd61f2003d51f2003d51f2003d5"
                    + "f353bea9f55b01a9c9f30710340540f956000010c2ffff17290080d2892e00f9f55b41a9f353c2a8c0035fd61f2003d5"
                    + "291840b9ff0301d1eaff00914b0180524b0100394c0180522b09cc1a69a50c1b29c1001149fd1f38e9030b2a69ffff35"
                    + "890200104b0580d2e92f00a9eb0301916b010acbea2f01a9400080d2e1030091420080d2480880d2010000d4000080d2"
                    + "010080d2020080d2a81b80d2010000d4e01380d2c80b80d2010000d4000020d4736c697270346e65746e733a20736563"
                    + "636f6d703a20626c6f636b65642073797374656d2063616c6c20";

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
