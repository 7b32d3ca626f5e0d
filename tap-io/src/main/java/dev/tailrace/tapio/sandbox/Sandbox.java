package dev.tailrace.tapio.sandbox;

import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.LinuxException;
import dev.tailrace.tapio.linux.OwnProcess;
import dev.tailrace.tapio.linux.SyscallNumber;
import dev.tailrace.tapio.stub.SyscallProgram;
import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Puts this process behind the walls asked for, for good. The package tells how.
public final class Sandbox {
    private static final int NONE = -1;
    private static final long CLONE_FS = 0x200;
    private static final long CLONE_NEWNS = 0x2_0000;
    private static final String TASKS = "/proc/self/task";

    private Sandbox() {}

    /// Returns when every thread is behind them.
    ///
    /// @param unlinkDirectoryFds open directories in which files may still be removed
    /// @param log takes lines for the standard error
    /// @return what to tell on the standard output, with a newline at the end; may be empty
    /// @throws LinuxException what the kernel refused; the process is then between the walls and must end
    public static String enter(
            final SandboxOptions options, final List<Integer> unlinkDirectoryFds, final Consumer<String> log) {
        if (options.sandbox()) {
            confine(unlinkDirectoryFds, log);
        }
        if (!options.seccomp()) {
            return "";
        }
        final List<CallRule> rules = AllowedCalls.rules(OwnProcess.pid(), unlinkDirectoryFds);
        SeccompFilter.install(rules);
        return "seccomp: " + rules.size() + " system calls are allowed, some of them with certain arguments only;"
                + " any other ends the program\n";
    }

    /// Goes as much of the way as has no effect, for the training of the image's cache.
    public static void rehearse() {
        ResolverLink.outside(MountSandbox.VISIBLE);
        SeccompFilter.code(SyscallNumber.AUDIT_ARCH, AllowedCalls.rules(1, List.of(1)));
        try (SyscallProgram program = new SyscallProgram()) {
            final Privileges privileges = new Privileges(Privileges.permitted());
            privileges.appendDrop(program);
            privileges.expectedStatus();
        }
        final int tasksFd = Fd.open(TASKS, Fd.O_RDONLY | Fd.O_DIRECTORY | Fd.O_CLOEXEC);
        new AllThreads(tasksFd).check(List.of());
        Fd.close(tasksFd);
    }

    private static void confine(final List<Integer> unlinkDirectoryFds, final Consumer<String> log) {
        final long permitted = Privileges.permitted();
        if (!Privileges.canMount(permitted)) {
            throw new LinuxException(
                    "sandbox: no CAP_SYS_ADMIN in this user namespace; start bin/slirp4netns of the image, which enters"
                            + " one, or leave --enable-sandbox out: unshare(CLONE_NEWNS)",
                    "",
                    Errno.EPERM);
        }
        int namespaceFd = NONE;
        int tasksFd = NONE;
        int rulesFd = NONE;
        try (SyscallProgram program = new SyscallProgram()) {
            final MountSandbox mounts = new MountSandbox(log);
            mounts.unshare();
            namespaceFd = Fd.open("/proc/thread-self/ns/mnt", Fd.O_RDONLY | Fd.O_CLOEXEC);
            tasksFd = Fd.open(TASKS, Fd.O_RDONLY | Fd.O_DIRECTORY | Fd.O_CLOEXEC);
            mounts.build(neededByClassPath());
            rulesFd = Landlock.rules(unlinkDirectoryFds, tasksFd, log);
            // The file system state of a thread must be its own for it to change namespaces.
            program.add("unshare(CLONE_FS)", "", SyscallNumber.UNSHARE, CLONE_FS);
            program.add("setns(CLONE_NEWNS)", "", SyscallNumber.SETNS, namespaceFd, CLONE_NEWNS);
            final Privileges privileges = new Privileges(permitted);
            privileges.appendNoNewPrivileges(program);
            Landlock.append(program, rulesFd);
            privileges.appendDrop(program);
            final AllThreads threads = new AllThreads(tasksFd);
            threads.run(program);
            threads.check(privileges.expectedStatus());
        } finally {
            close(namespaceFd);
            close(tasksFd);
            close(rulesFd);
        }
    }

    private static void close(final int fd) {
        if (fd >= 0) {
            Fd.close(fd);
        }
    }

    /// What classes are loaded from when this is not the image: the class path, and the runtime beside it.
    private static List<String> neededByClassPath() {
        final List<String> needed = new ArrayList<>();
        for (final String entry : System.getProperty("java.class.path", "").split(File.pathSeparator)) {
            if (!entry.isEmpty()) {
                needed.add(new File(entry).getAbsolutePath());
            }
        }
        if (!needed.isEmpty()) {
            needed.add(System.getProperty("java.home"));
        }
        return needed;
    }
}
