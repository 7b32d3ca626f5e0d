package dev.tailrace.tapio.linux;

import org.agrona.concurrent.UnsafeBuffer;

/// Signals as bytes in a pipe, so that an event loop sees them like any other input and no JVM thread wakes for them.
///
/// The handler is machine code of the stub: it makes one write and touches nothing else, so it may interrupt any
/// thread at any place. A signal that arrives when the pipe is full (64 KiB unread) is lost.
public final class Signals {
    public static final int SIGHUP = 1;
    public static final int SIGINT = 2;
    public static final int SIGQUIT = 3;
    public static final int SIGKILL = 9;
    public static final int SIGUSR1 = 10;
    public static final int SIGUSR2 = 12;
    public static final int SIGPIPE = 13;
    public static final int SIGTERM = 15;
    public static final int SIGCHLD = 17;
    public static final int SIGSYS = 31;

    /// A real-time signal that neither glibc (32, 33) nor the JVM uses, for [#prepareBroadcast].
    public static final int BROADCAST = 63;

    private static final long SIG_DFL = 0;
    private static final long SIG_IGN = 1;
    private static final int SIG_UNBLOCK = 1;
    private static final long SA_SIGINFO = 4;
    private static final long SA_RESTORER = 0x0400_0000;
    private static final long SA_ONSTACK = 0x0800_0000;
    private static final long SA_RESTART = 0x1000_0000;

    // struct kernel_sigaction (asm/signal.h, both machines): handler, flags, restorer, mask.
    private static final int SIGACTION_LENGTH = 32;
    private static final int SIGACTION_FLAGS = 8;
    private static final int SIGACTION_RESTORER = 16;
    private static final int MASK_LENGTH = 8;

    private static int pipeReadFd = -1;

    private Signals() {}

    /// From now on each of `signals` that arrives is one byte, its number, in a pipe.
    ///
    /// @return the end of the pipe to read, non-blocking; the same for every call, open until the process ends
    public static synchronized int watch(final int... signals) {
        if (pipeReadFd < 0) {
            final long pipe = Fd.pipe2(Fd.O_CLOEXEC | Fd.O_NONBLOCK);
            new UnsafeBuffer(Syscall.codeAddress(StubCode.DATA), Integer.BYTES).putInt(0, Fd.writeEnd(pipe));
            pipeReadFd = Fd.readEnd(pipe);
        }
        for (final int signal : signals) {
            action(signal, Syscall.codeAddress(StubCode.ON_SIGNAL));
        }
        return pipeReadFd;
    }

    /// Ignores `signal` from now on, as do programs that this process starts.
    public static void ignore(final int signal) {
        action(signal, SIG_IGN);
    }

    /// From now on a thread that gets [#BROADCAST] executes the syscall program at `program`, in which
    /// `stub.SyscallProgram` waits for its end. One at a time.
    public static void prepareBroadcast(final long program) {
        new UnsafeBuffer(Syscall.codeAddress(StubCode.DATA), 2 * Long.BYTES).putLong(Long.BYTES, program);
        action(BROADCAST, Syscall.codeAddress(StubCode.ON_THREAD));
    }

    /// From now on a system call that a seccomp filter traps is named on the standard error, and ends the process
    /// by SIGSYS.
    public static void nameBlockedCalls() {
        action(SIGSYS, Syscall.codeAddress(StubCode.ON_BLOCKED));
    }

    /// Whether `signal` is ignored now, as a program may inherit it.
    public static boolean isIgnored(final int signal) {
        try (Memory memory = Memory.region(SIGACTION_LENGTH)) {
            final long old = memory.address();
            Syscall.check(
                    Syscall.call(SyscallNumber.RT_SIGACTION, signal, 0, old, MASK_LENGTH),
                    "rt_sigaction",
                    "signal " + signal);
            return memory.buffer().getLong(0) == SIG_IGN;
        }
    }

    /// Gives `signal` its default action and sends it to ourselves: for a signal that ends a process, whoever waits
    /// for us sees that it did. Does not return then; no shutdown hook runs.
    public static void restoreDefaultAndRaise(final int signal) {
        action(signal, SIG_DFL);
        try (Memory memory = Memory.region(MASK_LENGTH)) {
            memory.buffer().putLong(0, 1L << signal - 1);
            Syscall.check(
                    Syscall.call(SyscallNumber.RT_SIGPROCMASK, SIG_UNBLOCK, memory.address(), 0, MASK_LENGTH),
                    "rt_sigprocmask",
                    "signal " + signal);
        }
        final long thread = Syscall.call(SyscallNumber.GETTID);
        Syscall.check(
                Syscall.call(SyscallNumber.TGKILL, OwnProcess.pid(), thread, signal), "tgkill", "signal " + signal);
    }

    private static void action(final int signal, final long handler) {
        try (Memory memory = Memory.region(SIGACTION_LENGTH)) {
            final UnsafeBuffer sigaction = memory.buffer();
            sigaction.putLong(0, handler);
            final long flags = SA_RESTART | SA_ONSTACK | SA_SIGINFO;
            sigaction.putLong(SIGACTION_FLAGS, Machine.IS_X86_64 ? flags | SA_RESTORER : flags);
            sigaction.putLong(SIGACTION_RESTORER, Machine.IS_X86_64 ? Syscall.codeAddress(StubCode.RESTORER) : 0);
            Syscall.check(
                    Syscall.call(SyscallNumber.RT_SIGACTION, signal, memory.address(), 0, MASK_LENGTH),
                    "rt_sigaction",
                    "signal " + signal);
        }
    }
}
