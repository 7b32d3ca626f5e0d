package dev.tailrace.tapio.sandbox;

import static dev.tailrace.tapio.sandbox.CallRule.always;
import static dev.tailrace.tapio.sandbox.CallRule.fails;
import static dev.tailrace.tapio.sandbox.CallRule.isNull;
import static dev.tailrace.tapio.sandbox.CallRule.masked;
import static dev.tailrace.tapio.sandbox.CallRule.oneOf;
import static dev.tailrace.tapio.sandbox.CallRule.when;

import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.SyscallNumber;
import java.util.ArrayList;
import java.util.List;

/// The system calls of a running session: of the loop, and of a JVM that compiles, collects and ends. Nothing here
/// starts a program, opens a file to write, makes a namespace or reaches another process.
final class AllowedCalls {
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int SOCK_STREAM = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_TYPE_MASK = 0xf;

    private static final int PROT_EXEC = 4;
    private static final int MAP_ANONYMOUS = 0x20;

    /// O_WRONLY, O_RDWR, O_CREAT, O_TRUNC, __O_TMPFILE.
    private static final int OPEN_TO_WRITE = 0x40_0243;

    /// CLONE_VM, CLONE_SIGHAND and CLONE_THREAD: a thread.
    private static final int CLONE_THREAD = 0x1_0900;

    /// CLONE_PTRACE, CLONE_VFORK, CLONE_PARENT and the CLONE_NEW ones.
    private static final int CLONE_MORE = 0x7e02_e000;

    private static final int PR_SET_NAME = 15;
    private static final int PR_GET_NAME = 16;

    // fcntl.h: F_GETFD to F_SETFL.
    private static final Integer[] FCNTL_COMMANDS = {1, 2, 3, 4};

    // TUNSETOFFLOAD, TUNSETQUEUE (linux/if_tun.h), FIONREAD, FIONBIO, TCGETS (asm-generic/ioctls.h).
    private static final Integer[] IOCTL_REQUESTS = {0x400454d0, 0x400454d9, 0x541b, 0x5421, 0x5401};

    private static final int[] ALWAYS = {
        SyscallNumber.READ,
        SyscallNumber.WRITE,
        SyscallNumber.READV,
        SyscallNumber.WRITEV,
        SyscallNumber.PREAD64,
        SyscallNumber.LSEEK,
        SyscallNumber.FTRUNCATE,
        SyscallNumber.CLOSE,
        SyscallNumber.FSTAT,
        SyscallNumber.NEWFSTATAT,
        SyscallNumber.STATX,
        SyscallNumber.STAT,
        SyscallNumber.LSTAT,
        SyscallNumber.ACCESS,
        SyscallNumber.FACCESSAT,
        SyscallNumber.FACCESSAT2,
        SyscallNumber.READLINK,
        SyscallNumber.READLINKAT,
        SyscallNumber.GETCWD,
        // The loop.
        SyscallNumber.EPOLL_CTL,
        SyscallNumber.EPOLL_WAIT,
        SyscallNumber.EPOLL_PWAIT,
        SyscallNumber.EPOLL_PWAIT2,
        SyscallNumber.POLL,
        SyscallNumber.PPOLL,
        SyscallNumber.TIMERFD_SETTIME,
        // Sockets.
        SyscallNumber.BIND,
        SyscallNumber.LISTEN,
        SyscallNumber.ACCEPT4,
        SyscallNumber.CONNECT,
        SyscallNumber.GETSOCKNAME,
        SyscallNumber.GETPEERNAME,
        SyscallNumber.SENDTO,
        SyscallNumber.RECVFROM,
        SyscallNumber.SENDMSG,
        SyscallNumber.RECVMSG,
        SyscallNumber.SENDMMSG,
        SyscallNumber.RECVMMSG,
        SyscallNumber.SETSOCKOPT,
        SyscallNumber.GETSOCKOPT,
        SyscallNumber.SHUTDOWN,
        // Memory.
        SyscallNumber.MUNMAP,
        SyscallNumber.MPROTECT,
        SyscallNumber.MADVISE,
        SyscallNumber.MREMAP,
        SyscallNumber.MINCORE,
        SyscallNumber.BRK,
        SyscallNumber.MEMBARRIER,
        // Threads and signals.
        SyscallNumber.FUTEX,
        SyscallNumber.SET_ROBUST_LIST,
        SyscallNumber.RSEQ,
        SyscallNumber.SCHED_YIELD,
        SyscallNumber.SCHED_GETAFFINITY,
        SyscallNumber.GETCPU,
        SyscallNumber.EXIT,
        SyscallNumber.EXIT_GROUP,
        SyscallNumber.RT_SIGACTION,
        SyscallNumber.RT_SIGPROCMASK,
        SyscallNumber.RT_SIGRETURN,
        SyscallNumber.SIGALTSTACK,
        SyscallNumber.RESTART_SYSCALL,
        // What the time is, and who we are.
        SyscallNumber.CLOCK_GETTIME,
        SyscallNumber.CLOCK_GETRES,
        SyscallNumber.CLOCK_NANOSLEEP,
        SyscallNumber.NANOSLEEP,
        SyscallNumber.GETTIMEOFDAY,
        SyscallNumber.GETPID,
        SyscallNumber.GETTID,
        SyscallNumber.GETUID,
        SyscallNumber.GETEUID,
        SyscallNumber.GETGID,
        SyscallNumber.GETEGID,
        SyscallNumber.GETRLIMIT,
        SyscallNumber.GETRUSAGE,
        SyscallNumber.SYSINFO,
        SyscallNumber.UNAME,
        SyscallNumber.GETRANDOM,
    };

    private AllowedCalls() {}

    /// @param pid our own, to which alone signals may be sent
    /// @param unlinkDirectoryFds the directories in which files may be removed
    static List<CallRule> rules(final int pid, final List<Integer> unlinkDirectoryFds) {
        final List<CallRule> rules = new ArrayList<>(ALWAYS.length + 16);
        for (final int number : ALWAYS) {
            if (number != SyscallNumber.NONE) {
                rules.add(always(number));
            }
        }
        rules.add(when(SyscallNumber.OPENAT, masked(2, OPEN_TO_WRITE, 0)));
        if (!unlinkDirectoryFds.isEmpty()) {
            rules.add(when(SyscallNumber.UNLINKAT, oneOf(0, unlinkDirectoryFds.toArray(Integer[]::new))));
        }
        final CallRule.Condition type =
                new CallRule.Condition(1, false, SOCK_TYPE_MASK, List.of(SOCK_STREAM, SOCK_DGRAM), false);
        rules.add(when(SyscallNumber.SOCKET, oneOf(0, AF_INET, AF_INET6), type));
        rules.add(when(SyscallNumber.FCNTL, oneOf(1, FCNTL_COMMANDS)));
        rules.add(when(SyscallNumber.IOCTL, oneOf(1, IOCTL_REQUESTS)));
        // Code comes from the compiler, into memory without a file; libraries are loaded.
        rules.add(when(SyscallNumber.MMAP, masked(2, PROT_EXEC, 0)).or(masked(3, MAP_ANONYMOUS, MAP_ANONYMOUS)));
        rules.add(when(SyscallNumber.CLONE, masked(0, CLONE_THREAD | CLONE_MORE, CLONE_THREAD)));
        // Its flags are in memory, where a filter cannot look; glibc then uses clone.
        rules.add(fails(SyscallNumber.CLONE3, Errno.ENOSYS));
        rules.add(when(SyscallNumber.TGKILL, oneOf(0, pid)));
        rules.add(when(SyscallNumber.PRCTL, oneOf(0, PR_SET_NAME, PR_GET_NAME)).elseFails(Errno.EPERM));
        rules.add(
                when(SyscallNumber.PRLIMIT64, isNull(2, false), isNull(2, true)).elseFails(Errno.EPERM));
        return rules;
    }
}
