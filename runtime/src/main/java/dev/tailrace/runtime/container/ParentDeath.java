package dev.tailrace.runtime.container;

import dev.tailrace.tapio.linux.OwnProcess;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;

/// Has the kernel kill a container's first process, and with it the container, when the engine dies in any way
/// (prctl(2), PR_SET_PDEATHSIG).
///
/// The wish is forgotten when the user or group changes, so it is said twice: at the start, and when the child is who
/// it will be. An engine that died in between would not be missed; the child looks, at last, whether it is there.
/// A program with privileges of its own (set-user-ID, file capabilities) loses the wish when it is executed.
final class ParentDeath {
    private static final int PR_SET_PDEATHSIG = 1;
    private static final int SIGKILL = 9;
    private static final short POLLIN = 1;
    private static final int POLL_LENGTH = 8;
    private static final int EVENTS_OFFSET = 4;
    private static final int TIMESPEC_LENGTH = 16;
    private static final long NO_DESCRIPTOR = 0xffff_ffffL;

    private ParentDeath() {}

    /// A descriptor of the engine's own process; it stays open for good.
    static int engineFd() {
        return Holder.FD;
    }

    /// Made for the first container.
    private static final class Holder {
        private static final int FD = StandardStreams.aboveFixed(
                (int) Syscall.check(Syscall.call(SyscallNumber.PIDFD_OPEN, OwnProcess.pid(), 0), "pidfd_open", ""));
    }

    static void append(final ChildProgram child) {
        child.add("prctl(PR_SET_PDEATHSIG)", "", SyscallNumber.PRCTL, PR_SET_PDEATHSIG, SIGKILL);
    }

    /// The same once more, and then the child fails if the engine has ended.
    ///
    /// @param engineFd descriptor, in the child, of the engine's process
    static void appendLast(final ChildProgram child, final int engineFd) {
        append(child);
        final long poll = child.memory().allocate(POLL_LENGTH);
        child.memory().buffer().putInt(child.memory().offset(poll), engineFd);
        child.memory().buffer().putShort(child.memory().offset(poll) + EVENTS_OFFSET, POLLIN);
        final long atOnce = child.memory().allocate(TIMESPEC_LENGTH);
        final int ended = child.add("ppoll", "the engine", SyscallNumber.PPOLL, poll, 1, atOnce, 0, 0);
        // Programs cannot branch on a number. 1, for an engine that has ended, is no flag of this call, which closes
        // nothing: there is no such descriptor.
        final int check =
                child.add("look for", "the engine", SyscallNumber.CLOSE_RANGE, NO_DESCRIPTOR, NO_DESCRIPTOR, 0);
        child.program().argumentFrom(check, 2, ended);
        // Where a limit on descriptors forbids to ask.
        child.program().jumpOnError(ended, check + 1);
    }
}
