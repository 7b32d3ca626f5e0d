package dev.tailrace.tapio.linux;

/// System call numbers of the machine we run on (asm/unistd_64.h, asm-generic/unistd.h).
///
/// Calls that aarch64 does not have (`open`, `dup2`, `pipe`, `fork`) are not here: use `openat`, `dup3`, `pipe2`,
/// `clone`.
public final class SyscallNumber {
    public static final int READ = Machine.IS_X86_64 ? 0 : 63;
    public static final int WRITE = Machine.IS_X86_64 ? 1 : 64;
    public static final int CLOSE = Machine.IS_X86_64 ? 3 : 57;
    public static final int IOCTL = Machine.IS_X86_64 ? 16 : 29;
    public static final int PREAD64 = Machine.IS_X86_64 ? 17 : 67;
    public static final int PWRITE64 = Machine.IS_X86_64 ? 18 : 68;
    public static final int READV = Machine.IS_X86_64 ? 19 : 65;
    public static final int WRITEV = Machine.IS_X86_64 ? 20 : 66;
    public static final int MMAP = Machine.IS_X86_64 ? 9 : 222;
    public static final int MPROTECT = Machine.IS_X86_64 ? 10 : 226;
    public static final int MUNMAP = Machine.IS_X86_64 ? 11 : 215;
    public static final int MADVISE = Machine.IS_X86_64 ? 28 : 233;
    public static final int RT_SIGACTION = Machine.IS_X86_64 ? 13 : 134;
    public static final int RT_SIGPROCMASK = Machine.IS_X86_64 ? 14 : 135;
    public static final int FCNTL = Machine.IS_X86_64 ? 72 : 25;
    public static final int FSTAT = Machine.IS_X86_64 ? 5 : 80;
    public static final int LSEEK = Machine.IS_X86_64 ? 8 : 62;
    public static final int DUP = Machine.IS_X86_64 ? 32 : 23;
    public static final int DUP3 = Machine.IS_X86_64 ? 292 : 24;
    public static final int PIPE2 = Machine.IS_X86_64 ? 293 : 59;
    public static final int EVENTFD2 = Machine.IS_X86_64 ? 290 : 19;
    public static final int EPOLL_CREATE1 = Machine.IS_X86_64 ? 291 : 20;
    public static final int EPOLL_CTL = Machine.IS_X86_64 ? 233 : 21;
    public static final int EPOLL_PWAIT = Machine.IS_X86_64 ? 281 : 22;
    public static final int EPOLL_PWAIT2 = 441;
    public static final int SOCKET = Machine.IS_X86_64 ? 41 : 198;
    public static final int SOCKETPAIR = Machine.IS_X86_64 ? 53 : 199;
    public static final int BIND = Machine.IS_X86_64 ? 49 : 200;
    public static final int LISTEN = Machine.IS_X86_64 ? 50 : 201;
    public static final int ACCEPT4 = Machine.IS_X86_64 ? 288 : 242;
    public static final int CONNECT = Machine.IS_X86_64 ? 42 : 203;
    public static final int GETSOCKNAME = Machine.IS_X86_64 ? 51 : 204;
    public static final int GETPEERNAME = Machine.IS_X86_64 ? 52 : 205;
    public static final int SENDTO = Machine.IS_X86_64 ? 44 : 206;
    public static final int RECVFROM = Machine.IS_X86_64 ? 45 : 207;
    public static final int SENDMSG = Machine.IS_X86_64 ? 46 : 211;
    public static final int RECVMSG = Machine.IS_X86_64 ? 47 : 212;
    public static final int SENDMMSG = Machine.IS_X86_64 ? 307 : 269;
    public static final int RECVMMSG = Machine.IS_X86_64 ? 299 : 243;
    public static final int SETSOCKOPT = Machine.IS_X86_64 ? 54 : 208;
    public static final int GETSOCKOPT = Machine.IS_X86_64 ? 55 : 209;
    public static final int SHUTDOWN = Machine.IS_X86_64 ? 48 : 210;
    public static final int SPLICE = Machine.IS_X86_64 ? 275 : 76;
    public static final int CLONE = Machine.IS_X86_64 ? 56 : 220;
    public static final int CLONE3 = 435;
    public static final int EXECVE = Machine.IS_X86_64 ? 59 : 221;
    public static final int EXECVEAT = Machine.IS_X86_64 ? 322 : 281;
    public static final int EXIT = Machine.IS_X86_64 ? 60 : 93;
    public static final int EXIT_GROUP = Machine.IS_X86_64 ? 231 : 94;
    public static final int WAIT4 = Machine.IS_X86_64 ? 61 : 260;
    public static final int WAITID = Machine.IS_X86_64 ? 247 : 95;
    public static final int KILL = Machine.IS_X86_64 ? 62 : 129;
    public static final int TGKILL = Machine.IS_X86_64 ? 234 : 131;
    public static final int GETPID = Machine.IS_X86_64 ? 39 : 172;
    public static final int GETPPID = Machine.IS_X86_64 ? 110 : 173;
    public static final int GETTID = Machine.IS_X86_64 ? 186 : 178;
    public static final int GETUID = Machine.IS_X86_64 ? 102 : 174;
    public static final int GETEUID = Machine.IS_X86_64 ? 107 : 175;
    public static final int GETGID = Machine.IS_X86_64 ? 104 : 176;
    public static final int GETEGID = Machine.IS_X86_64 ? 108 : 177;
    public static final int SETUID = Machine.IS_X86_64 ? 105 : 146;
    public static final int SETGID = Machine.IS_X86_64 ? 106 : 144;
    public static final int SETRESUID = Machine.IS_X86_64 ? 117 : 147;
    public static final int SETRESGID = Machine.IS_X86_64 ? 119 : 149;
    public static final int SETGROUPS = Machine.IS_X86_64 ? 116 : 159;
    public static final int SETNS = Machine.IS_X86_64 ? 308 : 268;
    public static final int UNSHARE = Machine.IS_X86_64 ? 272 : 97;
    public static final int PRCTL = Machine.IS_X86_64 ? 157 : 167;
    public static final int CAPGET = Machine.IS_X86_64 ? 125 : 90;
    public static final int CAPSET = Machine.IS_X86_64 ? 126 : 91;
    public static final int MOUNT = Machine.IS_X86_64 ? 165 : 40;
    public static final int UMOUNT2 = Machine.IS_X86_64 ? 166 : 39;
    public static final int PIVOT_ROOT = Machine.IS_X86_64 ? 155 : 41;
    public static final int CHDIR = Machine.IS_X86_64 ? 80 : 49;
    public static final int FCHDIR = Machine.IS_X86_64 ? 81 : 50;
    public static final int CHROOT = Machine.IS_X86_64 ? 161 : 51;
    public static final int OPENAT = Machine.IS_X86_64 ? 257 : 56;
    public static final int FACCESSAT = Machine.IS_X86_64 ? 269 : 48;
    public static final int FACCESSAT2 = 439;
    public static final int FSTATFS = Machine.IS_X86_64 ? 138 : 44;
    public static final int STATFS = Machine.IS_X86_64 ? 137 : 43;
    public static final int NEWFSTATAT = Machine.IS_X86_64 ? 262 : 79;
    public static final int STATX = Machine.IS_X86_64 ? 332 : 291;
    public static final int READLINKAT = Machine.IS_X86_64 ? 267 : 78;
    public static final int UNLINKAT = Machine.IS_X86_64 ? 263 : 35;
    public static final int MKDIRAT = Machine.IS_X86_64 ? 258 : 34;
    public static final int MKNODAT = Machine.IS_X86_64 ? 259 : 33;
    public static final int SYMLINKAT = Machine.IS_X86_64 ? 266 : 36;
    public static final int LINKAT = Machine.IS_X86_64 ? 265 : 37;
    public static final int RENAMEAT2 = Machine.IS_X86_64 ? 316 : 276;
    public static final int FCHMOD = Machine.IS_X86_64 ? 91 : 52;
    public static final int FCHMODAT = Machine.IS_X86_64 ? 268 : 53;
    public static final int FCHOWN = Machine.IS_X86_64 ? 93 : 55;
    public static final int FCHOWNAT = Machine.IS_X86_64 ? 260 : 54;
    public static final int UMASK = Machine.IS_X86_64 ? 95 : 166;
    public static final int SETHOSTNAME = Machine.IS_X86_64 ? 170 : 161;
    public static final int GETRLIMIT = Machine.IS_X86_64 ? 97 : 163;
    public static final int SETRLIMIT = Machine.IS_X86_64 ? 160 : 164;
    public static final int PRLIMIT64 = Machine.IS_X86_64 ? 302 : 261;
    public static final int CLOCK_GETTIME = Machine.IS_X86_64 ? 228 : 113;
    public static final int NANOSLEEP = Machine.IS_X86_64 ? 35 : 101;
    public static final int PPOLL = Machine.IS_X86_64 ? 271 : 73;
    public static final int TIMERFD_CREATE = Machine.IS_X86_64 ? 283 : 85;
    public static final int TIMERFD_SETTIME = Machine.IS_X86_64 ? 286 : 86;
    public static final int SIGNALFD4 = Machine.IS_X86_64 ? 289 : 74;
    public static final int PIDFD_OPEN = 434;
    public static final int PIDFD_GETFD = 438;
    public static final int PIDFD_SEND_SIGNAL = 424;
    public static final int MEMFD_CREATE = Machine.IS_X86_64 ? 319 : 279;
    public static final int SECCOMP = Machine.IS_X86_64 ? 317 : 277;
    public static final int SETSID = Machine.IS_X86_64 ? 112 : 157;
    public static final int SETPGID = Machine.IS_X86_64 ? 109 : 154;
    public static final int GETRANDOM = Machine.IS_X86_64 ? 318 : 278;
    public static final int PROCESS_VM_READV = Machine.IS_X86_64 ? 310 : 270;
    public static final int PROCESS_VM_WRITEV = Machine.IS_X86_64 ? 311 : 271;
    public static final int CLOSE_RANGE = 436;
    public static final int OPEN_TREE = 428;
    public static final int MOVE_MOUNT = 429;
    public static final int FSOPEN = 430;
    public static final int FSCONFIG = 431;
    public static final int FSMOUNT = 432;
    public static final int MOUNT_SETATTR = 442;
    public static final int FTRUNCATE = Machine.IS_X86_64 ? 77 : 46;
    public static final int FALLOCATE = Machine.IS_X86_64 ? 285 : 47;
    public static final int COPY_FILE_RANGE = Machine.IS_X86_64 ? 326 : 285;
    public static final int SCHED_GETAFFINITY = Machine.IS_X86_64 ? 204 : 123;
    public static final int SCHED_YIELD = Machine.IS_X86_64 ? 24 : 124;
    public static final int GETCWD = Machine.IS_X86_64 ? 79 : 17;
    public static final int GETDENTS64 = Machine.IS_X86_64 ? 217 : 61;
    public static final int FSYNC = Machine.IS_X86_64 ? 74 : 82;
    public static final int FLOCK = Machine.IS_X86_64 ? 73 : 32;
    public static final int INOTIFY_INIT1 = Machine.IS_X86_64 ? 294 : 26;
    public static final int INOTIFY_ADD_WATCH = Machine.IS_X86_64 ? 254 : 27;
    public static final int GETSID = Machine.IS_X86_64 ? 124 : 156;
    public static final int RT_SIGRETURN = Machine.IS_X86_64 ? 15 : 139;
    public static final int FUTEX = Machine.IS_X86_64 ? 202 : 98;
    public static final int MREMAP = Machine.IS_X86_64 ? 25 : 216;
    public static final int BRK = Machine.IS_X86_64 ? 12 : 214;
    public static final int SIGALTSTACK = Machine.IS_X86_64 ? 131 : 132;
    public static final int RESTART_SYSCALL = Machine.IS_X86_64 ? 219 : 128;
    public static final int CLOCK_NANOSLEEP = Machine.IS_X86_64 ? 230 : 115;
    public static final int CLOCK_GETRES = Machine.IS_X86_64 ? 229 : 114;
    public static final int GETTIMEOFDAY = Machine.IS_X86_64 ? 96 : 169;
    public static final int GETCPU = Machine.IS_X86_64 ? 309 : 168;
    public static final int GETRUSAGE = Machine.IS_X86_64 ? 98 : 165;
    public static final int SYSINFO = Machine.IS_X86_64 ? 99 : 179;
    public static final int UNAME = Machine.IS_X86_64 ? 63 : 160;
    public static final int MEMBARRIER = Machine.IS_X86_64 ? 324 : 283;
    public static final int MINCORE = Machine.IS_X86_64 ? 27 : 232;
    public static final int SET_ROBUST_LIST = Machine.IS_X86_64 ? 273 : 99;
    public static final int RSEQ = Machine.IS_X86_64 ? 334 : 293;
    public static final int LANDLOCK_CREATE_RULESET = 444;
    public static final int LANDLOCK_ADD_RULE = 445;
    public static final int LANDLOCK_RESTRICT_SELF = 446;

    /// What aarch64 does not have, and glibc uses on x86-64; [#NONE] there.
    public static final int POLL = Machine.IS_X86_64 ? 7 : -1;

    public static final int EPOLL_WAIT = Machine.IS_X86_64 ? 232 : -1;

    /// No call has this number.
    public static final int NONE = -1;

    /// How seccomp(2) names this machine's calling convention: AUDIT_ARCH_X86_64 or AUDIT_ARCH_AARCH64
    /// (linux/audit.h).
    public static final int AUDIT_ARCH = Machine.IS_X86_64 ? 0xc000_003e : 0xc000_00b7;

    private SyscallNumber() {}
}
