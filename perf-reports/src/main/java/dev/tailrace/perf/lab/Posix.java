package dev.tailrace.perf.lab;

import jnr.constants.platform.Errno;
import jnr.constants.platform.Signal;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;
import jnr.posix.SignalHandler;
import jnr.posix.util.SunMiscSignal;

/// What Java does not tell or do about processes, through jnr-posix. The first use takes half a second.
public final class Posix {
    static final POSIX NATIVE = POSIXFactory.getNativePOSIX();
    static final LibcCalls LIBC = LibraryLoader.create(LibcCalls.class).load("c");

    /// bits/waitflags.h
    static final int WNOHANG = 1;

    private static final int WEXITED = 4;
    private static final int WNOWAIT = 0x0100_0000;

    /// `P_PID` of waitid(2).
    private static final int ONE_PROCESS = 1;

    private static final long SIG_DFL = 0;
    private static final long SIG_IGN = 1;

    private Posix() {}

    /// The user that the program runs as in its user namespace.
    public static int userId() {
        return NATIVE.geteuid();
    }

    /// Whether that user is the machine's root, and not one that a user namespace calls so.
    public static boolean isRoot() {
        return userId() == 0 && Lab.outerUser().equals("0");
    }

    /// Sends a signal to all processes of a group. That there is none any more is no error.
    ///
    /// @param group the process id of its leader
    public static void signalGroup(final long group, final Signal signal) {
        send(-group, signal);
    }

    /// @param target a process, or the negative of a group, as kill(2) has it
    static void send(final long target, final Signal signal) {
        if (NATIVE.kill(target, signal.intValue()) != 0 && NATIVE.errno() != Errno.ESRCH.intValue()) {
            final String whom = target < 0 ? "process group " + -target : "process " + target;
            throw new LabException("sending %s to the %s: %s".formatted(signal, whom, error()));
        }
    }

    /// Handles a signal on a thread of the JVM, from now on, also if whoever started us had it ignored, as shells
    /// do with SIGINT for what runs in the background.
    static void handle(final Signal signal, final SignalHandler handler) {
        // The JVM leaves an ignored signal alone. A handler of jnr-posix's own would run Java inside the interrupted
        // code, wherever that is.
        final long before = LIBC.signal(signal.intValue(), SIG_DFL);
        if (before != SIG_IGN) {
            LIBC.signal(signal.intValue(), before);
        }
        SunMiscSignal.signal(signal, handler);
    }

    /// Waits until a child has ended, and leaves it to be waited for.
    ///
    /// @return false if there is no such child
    static boolean awaitEnd(final int pid) {
        while (LIBC.waitid(ONE_PROCESS, pid, null, WEXITED | WNOWAIT) != 0) {
            if (NATIVE.errno() != Errno.EINTR.intValue()) {
                return false;
            }
        }
        return true;
    }

    /// How a child ended.
    ///
    /// @param status as wait(2) has it
    record Reaped(int status, ResourceUsage usage) {}

    /// Takes a child that has ended from the kernel, which may then use its number again.
    static Reaped reap(final int pid) {
        final Pointer rusage = Memory.allocateDirect(jnr.ffi.Runtime.getRuntime(LIBC), ResourceUsage.RUSAGE_BYTES);
        final int[] status = new int[1];
        if (LIBC.wait4(pid, status, WNOHANG, rusage) != pid) {
            throw new LabException("waiting for the process %d: %s".formatted(pid, error()));
        }
        return new Reaped(status[0], ResourceUsage.of(rusage));
    }

    /// What the last call of this thread failed with.
    static String error() {
        final Errno errno = Errno.valueOf(NATIVE.errno());
        return errno.name() + " (" + errno.description() + ")";
    }
}
