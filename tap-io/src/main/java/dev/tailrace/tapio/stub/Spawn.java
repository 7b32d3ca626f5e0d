package dev.tailrace.tapio.stub;

import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.LinuxException;
import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;

/// A child that lives on: it executes a [SyscallProgram] that ends in `execve`.
///
/// The child has a copy of our descriptors, no signal handlers, and all signals blocked; a program unblocks them as
/// its last record before `execve`. What it opens, mounts and changes is its own, unless it fails: then nothing of it
/// is left.
///
/// @param pid in our process namespace; until it is waited for nobody else has it
/// @param pidFd a descriptor of the process (pidfd_open(2)), to be closed by the caller
public record Spawn(int pid, int pidFd) {
    // linux/sched.h
    public static final long CLONE_NEWNS = 0x2_0000;
    public static final long CLONE_NEWCGROUP = 0x200_0000;
    public static final long CLONE_NEWUTS = 0x400_0000;
    public static final long CLONE_NEWIPC = 0x800_0000;
    public static final long CLONE_NEWPID = 0x2000_0000;
    public static final long CLONE_NEWNET = 0x4000_0000;

    private static final long CLONE_PIDFD = 0x1000;

    /// CLONE_ARGS_SIZE_VER0: {flags, pidfd, ...}, 64 bits each. The exit signal is 0, and becomes SIGCHLD by execve.
    private static final int CLONE_ARGS_LENGTH = 64;

    private static final int P_PIDFD = 3;
    private static final int WEXITED = 4;
    private static final int WALL = 0x4000_0000;

    // siginfo_t of SIGCHLD (asm-generic/siginfo.h): signal, errno, code, padding, pid, uid, status.
    private static final int SIGINFO_LENGTH = 128;
    private static final int CODE_OFFSET = 8;
    private static final int STATUS_OFFSET = 24;
    private static final int CLD_EXITED = 1;
    private static final int SIGNALLED = 128;

    /// Runs `program` in a new child with new namespaces, and waits until it has executed something else.
    ///
    /// Needs clone3 with CLONE_CLEAR_SIGHAND (Linux 5.5).
    ///
    /// @param namespaces the CLONE_NEW flags
    /// @throws LinuxException the call that failed, `clone3` among them; see [SyscallProgram#failedRecord]
    public static Spawn run(final SyscallProgram program, final long namespaces) {
        try (Memory memory = Memory.region(CLONE_ARGS_LENGTH + Integer.BYTES)) {
            final long arguments = memory.allocate(CLONE_ARGS_LENGTH);
            final long pidFd = memory.allocate(Integer.BYTES);
            memory.buffer()
                    .putLong(
                            0,
                            namespaces
                                    | CLONE_PIDFD
                                    | SyscallProgram.CLONE_VM
                                    | SyscallProgram.CLONE_VFORK
                                    | SyscallProgram.CLONE_CLEAR_SIGHAND);
            memory.buffer().putLong(Long.BYTES, pidFd);
            final int pid;
            try (Untraceable _ = Untraceable.enter()) {
                pid = program.start(arguments, CLONE_ARGS_LENGTH);
            }
            final Spawn spawn = new Spawn(pid, memory.buffer().getInt(memory.offset(pidFd)));
            if (program.failedRecord() >= 0) {
                spawn.await();
                Fd.close(spawn.pidFd);
            }
            program.throwFailure();
            return spawn;
        }
    }

    /// Waits for the end of the process, which may be only once.
    ///
    /// @return its exit code, or 128 and the signal that ended it
    public int await() {
        try (Memory info = Memory.region(SIGINFO_LENGTH)) {
            long result;
            do {
                result = Syscall.call(SyscallNumber.WAITID, P_PIDFD, pidFd, info.address(), WEXITED | WALL, 0);
            } while (result == -Errno.EINTR);
            Syscall.check(result, "waitid", "process " + pid);
            final int status = info.buffer().getInt(STATUS_OFFSET);
            return info.buffer().getInt(CODE_OFFSET) == CLD_EXITED ? status : SIGNALLED + status;
        }
    }
}
