package dev.tailrace.tapio.linux;

/// How many descriptors the process may have open: RLIMIT_NOFILE (getrlimit(2)).
public final class DescriptorLimit {
    /// asm-generic/resource.h
    private static final int RLIMIT_NOFILE = 7;

    private static final int OWN_PROCESS = 0;

    private DescriptorLimit() {}

    /// Raises the soft limit to the hard one, which anybody may.
    ///
    /// @return the limit from now on, the old one where somebody forbids us to change it; as far as an int goes
    /// @throws LinuxException when the kernel does not tell
    public static int raise() {
        try (Memory limits = Memory.region(2 * Long.BYTES)) {
            Syscall.check(call(0, limits.address()), "prlimit", "nofile");
            final long soft = limits.buffer().getLong(0);
            final long hard = limits.buffer().getLong(Long.BYTES);
            limits.buffer().putLong(0, hard);
            final long limit = soft == hard || call(limits.address(), 0) < 0 ? soft : hard;
            return Long.compareUnsigned(limit, Integer.MAX_VALUE) > 0 ? Integer.MAX_VALUE : (int) limit;
        }
    }

    private static long call(final long wanted, final long old) {
        return Syscall.call(SyscallNumber.PRLIMIT64, OWN_PROCESS, RLIMIT_NOFILE, wanted, old);
    }
}
