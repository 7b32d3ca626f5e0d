package dev.tailrace.runtime.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Looks at what rootless networking needs of the machine.
public final class Prerequisites {
    /// Ids that a container image may use: 0 to 65,535.
    private static final long SUBORDINATE_IDS = 65_536;

    private static final int ANYONE_READS_AND_WRITES = 0006;
    private static final int SETUID = 04000;

    /// Where Debian, Fedora and Arch keep the two map helpers.
    private static final List<String> PROGRAM_DIRECTORIES = List.of("usr/bin", "bin", "usr/local/bin", "usr/sbin");

    private final Path root;
    private final Account account;
    private final List<Finding> findings = new ArrayList<>();

    /// @param root `/`, or a directory that stands for it
    /// @param account who is to run containers
    public Prerequisites(final Path root, final Account account) {
        this.root = root;
        this.account = account;
    }

    /// All findings, in the order in which they are best fixed.
    ///
    /// @throws IOException when a file that exists cannot be read
    public List<Finding> check() throws IOException {
        findings.clear();
        checkTun();
        checkUserNamespaces();
        checkMapHelper("newuidmap");
        checkMapHelper("newgidmap");
        checkSubordinateIds("subuid", "--add-subuids");
        checkSubordinateIds("subgid", "--add-subgids");
        checkPingGroupRange();
        noteCgroups();
        return List.copyOf(findings);
    }

    private void checkTun() throws IOException {
        final Path device = root.resolve("dev/net/tun");
        if (!Files.exists(device)) {
            problem("/dev/net/tun does not exist", "modprobe tun");
        } else if (account.uid() != 0 && (mode(device) & ANYONE_READS_AND_WRITES) != ANYONE_READS_AND_WRITES) {
            problem(
                    "/dev/net/tun has mode " + Integer.toOctalString(mode(device) & 07777)
                            + ", so ordinary users cannot open it",
                    "sudo chmod 0666 /dev/net/tun");
        }
    }

    private void checkUserNamespaces() throws IOException {
        if (!Files.exists(root.resolve("proc/self/ns/user"), LinkOption.NOFOLLOW_LINKS)) {
            problem("the kernel has no user namespaces (CONFIG_USER_NS)", "boot a kernel with CONFIG_USER_NS=y");
            return;
        }
        checkSetting("user/max_user_namespaces", "0", "65536", "no user namespaces can be made");
        checkSetting("kernel/unprivileged_userns_clone", "0", "1", "ordinary users cannot make user namespaces");
        checkSetting(
                "kernel/apparmor_restrict_unprivileged_userns",
                "1",
                "0",
                "user namespaces of ordinary users get no capabilities");
    }

    /// A sysctl that a kernel may lack: then it restricts nothing.
    private void checkSetting(final String file, final String refused, final String wanted, final String what)
            throws IOException {
        if (TextFile.firstLine(root.resolve("proc/sys").resolve(file)).equals(refused)) {
            final String name = file.replace('/', '.');
            problem(name + " is " + refused + ": " + what, "sudo sysctl -w " + name + "=" + wanted);
        }
    }

    private void checkMapHelper(final String program) throws IOException {
        for (final String directory : PROGRAM_DIRECTORIES) {
            final Path file = root.resolve(directory).resolve(program);
            if (Files.isExecutable(file)) {
                final String name = "/" + root.relativize(file);
                // Fedora and Arch give the file the capability instead of the bit, which Java cannot read.
                if ((mode(file) & SETUID) == 0) {
                    findings.add(
                            Finding.note(name + " is not setuid root: it must have cap_setuid or cap_setgid instead"
                                    + " (getcap " + name + "), or sudo chmod u+s " + name));
                }
                return;
            }
        }
        problem(program + " is missing", "sudo apt-get install uidmap");
    }

    private void checkSubordinateIds(final String file, final String option) throws IOException {
        long longest = 0;
        for (final String line : TextFile.lines(root.resolve("etc").resolve(file))) {
            final String[] fields = line.split(":", -1);
            if (fields.length == 3 && (fields[0].equals(account.name()) || fields[0].equals("" + account.uid()))) {
                longest = Math.max(longest, count(fields[2]));
            }
        }
        if (longest < SUBORDINATE_IDS) {
            problem(
                    "/etc/" + file + " gives " + account.name() + (longest == 0 ? " no" : " only " + longest)
                            + " subordinate ids, and an image may use " + SUBORDINATE_IDS,
                    "sudo usermod " + option + " 100000-165535 " + account.name());
        }
    }

    private static long count(final String text) {
        return text.matches("[0-9]{1,10}") ? Long.parseLong(text) : 0;
    }

    private void checkPingGroupRange() throws IOException {
        final String range = TextFile.firstLine(root.resolve("proc/sys/net/ipv4/ping_group_range"));
        final String[] bounds = range.split("\\s+", -1);
        if (bounds.length == 2 && count(bounds[0]) > count(bounds[1])) {
            problem(
                    "net.ipv4.ping_group_range is empty, so containers cannot ping",
                    "sudo sysctl -w net.ipv4.ping_group_range=\"0 2147483647\"");
        }
    }

    private void noteCgroups() throws IOException {
        if (!Files.exists(root.resolve("sys/fs/cgroup/cgroup.controllers"))) {
            findings.add(Finding.note("cgroup v2 is not mounted on /sys/fs/cgroup: no limits on memory and CPU"));
            return;
        }
        final String own = "user.slice/user-" + account.uid() + ".slice/user@" + account.uid() + ".service";
        final String controllers =
                TextFile.firstLine(root.resolve("sys/fs/cgroup").resolve(own).resolve("cgroup.controllers"));
        findings.add(Finding.note(
                controllers.isEmpty()
                        ? "cgroup v2 delegates nothing to " + account.name() + ": no limits on memory and CPU"
                        : "cgroup v2 delegates " + controllers + " to " + account.name()));
    }

    private void problem(final String text, final String fix) {
        findings.add(Finding.problem(text, fix));
    }

    private static int mode(final Path file) throws IOException {
        return (Integer) Files.getAttribute(file, "unix:mode");
    }
}
