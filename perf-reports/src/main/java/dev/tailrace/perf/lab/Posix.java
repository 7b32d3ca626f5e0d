package dev.tailrace.perf.lab;

import jnr.constants.platform.Errno;
import jnr.constants.platform.Signal;
import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;

/// What Java does not tell or do about processes, through jnr-posix. The first use takes half a second.
public final class Posix {
    private static final POSIX NATIVE = POSIXFactory.getNativePOSIX();

    private Posix() {}

    /// The user that the program runs as in its user namespace.
    public static int userId() {
        return NATIVE.getuid();
    }

    /// Whether that user is the machine's root, and not one that a user namespace calls so.
    public static boolean isRoot() {
        return userId() == 0 && Lab.outerUser().equals("0");
    }

    /// Sends a signal to all processes of a group. That there is none any more is no error.
    ///
    /// @param group the process id of its leader
    public static void signalGroup(final long group, final Signal signal) {
        if (NATIVE.kill(-group, signal.intValue()) != 0 && NATIVE.errno() != Errno.ESRCH.intValue()) {
            throw new LabException(
                    "sending %s to the process group %d: %s".formatted(signal, group, Errno.valueOf(NATIVE.errno())));
        }
    }
}
