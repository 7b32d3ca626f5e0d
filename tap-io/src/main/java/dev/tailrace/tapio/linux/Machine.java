package dev.tailrace.tapio.linux;

/// The machine we run on.
final class Machine {
    static final boolean IS_X86_64 = isX86();

    private Machine() {}

    private static boolean isX86() {
        final String arch = System.getProperty("os.arch", "");
        if (arch.equals("amd64") || arch.equals("x86_64")) {
            return true;
        }
        if (arch.equals("aarch64")) {
            return false;
        }
        throw new UnsupportedOperationException("no machine-code stub for this processor: " + arch);
    }
}
