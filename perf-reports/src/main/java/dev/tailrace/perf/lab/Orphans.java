package dev.tailrace.perf.lab;

/// Processes that came to us when their parents ended. Only the first process of a process namespace gets some, and
/// nobody else waits for them.
public final class Orphans {
    private Orphans() {}

    /// Takes those that have ended from the kernel.
    ///
    /// @return how many
    public static int reap() {
        final int self = Posix.NATIVE.getpid();
        if (self != 1) {
            return 0;
        }
        int reaped = 0;
        for (final ProcessTable.Entry entry : ProcessTable.read()) {
            if (entry.isZombie() && entry.parent() == self && PosixProcess.reapOrphan(entry.pid())) {
                reaped++;
            }
        }
        return reaped;
    }
}
