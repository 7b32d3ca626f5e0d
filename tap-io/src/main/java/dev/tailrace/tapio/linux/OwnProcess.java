package dev.tailrace.tapio.linux;

/// What a process asks the kernel about itself, and signals to others.
public final class OwnProcess {
    private static final int PR_GET_DUMPABLE = 3;
    private static final int PR_SET_DUMPABLE = 4;

    private OwnProcess() {}

    /// Our PID.
    public static int pid() {
        return (int) Syscall.call(SyscallNumber.GETPID);
    }

    /// Sends `signal` to process `pid`; signal 0 only asks whether it is there.
    ///
    /// @return 0 or `-errno`
    public static long kill(final int pid, final int signal) {
        return Syscall.call(SyscallNumber.KILL, pid, signal);
    }

    /// Ends the process at once, without shutdown hooks. `System.exit` and `Runtime.halt` wait about 290 ms for a
    /// thread that is in a native call, which an event loop always is.
    public static void exitNow(final int status) {
        Syscall.call(SyscallNumber.EXIT_GROUP, status);
    }

    /// Whether we may be traced by and show `/proc/self` to our own user: 0 no, 1 yes, 2 root only (prctl(2)).
    public static int dumpable() {
        return (int) Syscall.check(Syscall.call(SyscallNumber.PRCTL, PR_GET_DUMPABLE), "prctl(PR_GET_DUMPABLE)", "");
    }

    /// Sets what [#dumpable] answers: 0 or 1.
    public static void dumpable(final int value) {
        Syscall.check(Syscall.call(SyscallNumber.PRCTL, PR_SET_DUMPABLE, value), "prctl(PR_SET_DUMPABLE)", "");
    }
}
