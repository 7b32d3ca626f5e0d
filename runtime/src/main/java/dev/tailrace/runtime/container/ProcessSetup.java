package dev.tailrace.runtime.container;

import dev.tailrace.runtime.container.seccomp.SeccompPrograms;
import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.SyscallNumber;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/// Appends what makes a child that has entered its namespaces the process that was asked for: streams, session,
/// working directory, identity, capabilities, filter. The same for a container's first process and for those executed
/// in it later.
///
/// The order matters. Every descriptor but the three streams is closed before the working directory is entered by its
/// name: /proc/self/fd leads nowhere then (CVE-2024-21626). The filter is installed while the child has the capability
/// for it, so that it needs no no_new_privs, and all calls after it are allowed by it.
final class ProcessSetup {
    private static final int CLOSE_ALL = -1;
    private static final int FIRST_NOT_STANDARD = 3;

    // What init gets beside the streams.
    private static final int INIT_PIPE_FD = 3;
    private static final int INIT_PROGRAM_FD = 4;

    private static final int ENGINE_FD = 5;

    private static final long TIOCSCTTY = 0x540e;
    private static final int KEYCTL_JOIN_SESSION_KEYRING = 1;
    private static final int UMASK = 0x12;
    private static final int PR_SET_NO_NEW_PRIVS = 38;
    private static final int SECCOMP_SET_MODE_FILTER = 1;
    private static final int SIG_SETMASK = 2;
    private static final int MODE_0755 = 0x1ed;

    /// What an element of PATH costs beside the name: the directory again, and init's title and pointers.
    private static final int MOST_PATH_ELEMENT = 256;

    private final SeccompPrograms filters;
    private final IdMaps maps;
    private final long bounding = Capabilities.bounding();

    ProcessSetup(final SeccompPrograms filters, final IdMaps maps) {
        this.filters = filters;
        this.maps = maps;
    }

    /// What the process needs of the program's memory.
    static int lengthBytes(final ProcessSpec spec) {
        // Twice: PATH is there once more for each of its elements, with the name.
        return 2 * (ChildProgram.lengthBytes(spec.arguments()) + ChildProgram.lengthBytes(spec.environment()))
                + (ChildProgram.lengthBytes(spec.arguments()) + MOST_PATH_ELEMENT) * elements(spec);
    }

    private static int elements(final ProcessSpec spec) {
        return (int) spec.environment().stream()
                .filter(variable -> variable.startsWith("PATH="))
                .flatMapToInt(String::chars)
                .filter(character -> character == ':')
                .count();
    }

    /// @param initPipe descriptor that our process 1 tells an error by; empty if there is to be none of ours
    /// @param diesWithEngine whether the engine's death ends it, whoever it is by then
    /// @return the execution, which explains a failure of the program
    Execution append(
            final ChildProgram child,
            final ProcessSpec spec,
            final Identity identity,
            final StandardStreams streams,
            final OptionalInt initPipe,
            final boolean diesWithEngine) {
        child.add("setsid", "", SyscallNumber.SETSID);
        for (int standard = 0; standard < FIRST_NOT_STANDARD; standard++) {
            child.add("dup3", "", SyscallNumber.DUP3, streams.childFds().get(standard), standard, 0);
        }
        if (streams.isTerminal()) {
            child.add("set the controlling terminal", "", SyscallNumber.IOCTL, 0, TIOCSCTTY, 0);
        }
        // Refused where keys are switched off; then there is nothing to be shared either.
        child.program().ignoreError(child.add("keyctl", "", SyscallNumber.KEYCTL, KEYCTL_JOIN_SESSION_KEYRING, 0));
        if (diesWithEngine) {
            // Before the limits, which may be low.
            child.add("dup3", "", SyscallNumber.DUP3, ParentDeath.engineFd(), ENGINE_FD, Fd.O_CLOEXEC);
        }
        ResourceLimits.append(child, spec.limits());
        int first = FIRST_NOT_STANDARD;
        if (initPipe.isPresent()) {
            child.add("dup3", "", SyscallNumber.DUP3, initPipe.getAsInt(), INIT_PIPE_FD, 0);
            child.add("dup3", "", SyscallNumber.DUP3, InitProgram.fd(), INIT_PROGRAM_FD, Fd.O_CLOEXEC);
            first = INIT_PROGRAM_FD + 1;
        }
        if (diesWithEngine) {
            if (first < ENGINE_FD) {
                child.add("close_range", "", SyscallNumber.CLOSE_RANGE, first, ENGINE_FD - 1, 0);
            }
            first = ENGINE_FD + 1;
        }
        child.add("close_range", "", SyscallNumber.CLOSE_RANGE, first, CLOSE_ALL & 0xffff_ffffL, 0);
        enter(child, spec.workingDirectory());
        child.add("umask", "", SyscallNumber.UMASK, UMASK);
        appendPrivileges(child, spec, identity);
        if (diesWithEngine) {
            ParentDeath.appendLast(child, ENGINE_FD);
        }
        child.add(
                "rt_sigprocmask",
                "",
                SyscallNumber.RT_SIGPROCMASK,
                SIG_SETMASK,
                child.memory().allocate(Long.BYTES),
                0,
                Long.BYTES);
        final List<String> environment = new ArrayList<>(spec.environment());
        if (environment.stream().noneMatch(variable -> variable.startsWith("HOME="))) {
            environment.add("HOME=" + identity.home());
        }
        final OptionalInt initFd = initPipe.isPresent() ? OptionalInt.of(INIT_PROGRAM_FD) : OptionalInt.empty();
        return Execution.append(child, spec.arguments(), environment, initFd);
    }

    /// Enters the working directory, which is made if it is not there.
    private static void enter(final ChildProgram child, final String directory) {
        final String path = directory.isEmpty() ? "/" : directory;
        if (!path.startsWith("/")) {
            throw new StartException(
                    StartException.OTHER, "the working directory \"" + path + "\" is invalid: not an absolute path");
        }
        final String call = "chdir to cwd";
        final int probe = child.add(call, path, SyscallNumber.CHDIR, child.text(path));
        for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
            makeDirectory(child, path.substring(0, slash));
        }
        makeDirectory(child, path);
        final int entered = child.add(call, path, SyscallNumber.CHDIR, child.text(path));
        child.program().jump(probe, entered);
        child.program().jumpOnError(probe, probe + 1);
    }

    private static void makeDirectory(final ChildProgram child, final String path) {
        // An error other than EEXIST shows when it is entered.
        child.program()
                .ignoreError(child.add(
                        "mkdir", path, SyscallNumber.MKDIRAT, ChildProgram.AT_FDCWD, child.text(path), MODE_0755));
    }

    private void appendPrivileges(final ChildProgram child, final ProcessSpec spec, final Identity identity) {
        final long kept = Capabilities.bits(spec.capabilities()) & bounding;
        if (spec.hasNoNewPrivileges()) {
            child.add("prctl(PR_SET_NO_NEW_PRIVS)", "", SyscallNumber.PRCTL, PR_SET_NO_NEW_PRIVS, 1);
        }
        if (spec.isConfined()) {
            final long filter = filters.address(Capabilities.names(kept));
            child.add("install the seccomp filter", "", SyscallNumber.SECCOMP, SECCOMP_SET_MODE_FILTER, 0, filter);
        }
        Capabilities.appendBound(child, bounding, kept);
        if (maps.canSetGroups()) {
            final List<Integer> groups = identity.groups();
            final long list = child.memory().allocate(Integer.BYTES * groups.size());
            for (int i = 0; i < groups.size(); i++) {
                child.memory().buffer().putInt(child.memory().offset(list) + Integer.BYTES * i, groups.get(i));
            }
            child.add("set groups", groups.toString(), SyscallNumber.SETGROUPS, groups.size(), list);
        }
        final int gid = identity.gid();
        child.add("set group", String.valueOf(gid), SyscallNumber.SETRESGID, gid, gid, gid);
        final int uid = identity.uid();
        child.add("set user", String.valueOf(uid), SyscallNumber.SETRESUID, uid, uid, uid);
        // Who is not root has lost all by that.
        Capabilities.appendSet(child, uid == 0 ? kept : 0);
    }
}
