package dev.tailrace.tapio.stub;

import dev.tailrace.tapio.linux.OwnProcess;

/// While somebody is in here, nobody of our own user can trace this process or a child that shares its memory
/// (`dumpable` is 0): the child may be where the root, or a process with fewer capabilities, is somebody else's.
final class Untraceable implements AutoCloseable {
    private static int inside;
    private static int before;

    private Untraceable() {}

    static synchronized Untraceable enter() {
        if (inside++ == 0) {
            before = OwnProcess.dumpable();
            if (before == 1) {
                OwnProcess.dumpable(0);
            }
        }
        return new Untraceable();
    }

    /// The last one to leave restores what was: a credential change in a child clears the flag for both.
    @Override
    public void close() {
        synchronized (Untraceable.class) {
            if (--inside == 0 && before == 1) {
                OwnProcess.dumpable(1);
            }
        }
    }
}
