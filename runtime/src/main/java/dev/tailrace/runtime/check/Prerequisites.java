package dev.tailrace.runtime.check;

import dev.tailrace.runtime.daemon.DaemonException;
import dev.tailrace.runtime.daemon.Places;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// Looks at what rootless networking needs of the machine.
public final class Prerequisites {
    /// Ids that a container image may use: 0 to 65,535.
    private static final long SUBORDINATE_IDS = 65_536;

    private static final int ANYONE_READS_AND_WRITES = 0006;
    private static final int SETUID = 04000;

    /// Of a container, besides users.
    private static final List<String> NAMESPACES = List.of("mnt", "net", "pid", "ipc", "uts", "cgroup");

    private static final int FIRST_UNPRIVILEGED_PORT = 1024;

    /// Where Debian, Fedora and Arch keep the two map helpers.
    private static final List<String> PROGRAM_DIRECTORIES = List.of("usr/bin", "bin", "usr/local/bin", "usr/sbin");

    private final Path root;
    private final Account account;
    private final Map<String, String> environment;
    private final Predicate<Path> hasFileCapability;
    private final List<Finding> findings = new ArrayList<>();

    /// @param root `/`, or a directory that stands for it
    /// @param account who is to run containers
    /// @param environment of the account's processes
    /// @param hasFileCapability whether a program has privileges by an attribute of its file, capabilities(7)
    Prerequisites(
            final Path root,
            final Account account,
            final Map<String, String> environment,
            final Predicate<Path> hasFileCapability) {
        this.root = root;
        this.account = account;
        this.environment = environment;
        this.hasFileCapability = hasFileCapability;
    }

    /// All findings, in the order in which they are best fixed.
    ///
    /// @throws IOException when a file that exists cannot be read
    public List<Finding> check() throws IOException {
        findings.clear();
        checkDirectories();
        checkTun();
        checkUserNamespaces();
        checkMapHelper("newuidmap");
        checkMapHelper("newgidmap");
        checkSubordinateIds("subuid", "--add-subuids");
        checkSubordinateIds("subgid", "--add-subgids");
        notePingGroupRange();
        notePortsBelow1024();
        noteCgroups();
        return List.copyOf(findings);
    }

    private void checkDirectories() {
        try {
            Places.socket(environment, root, account.uid());
        } catch (final DaemonException e) {
            final String text = String.valueOf(e.getMessage());
            final int advice = text.indexOf(": ");
            problem(text.substring(0, advice), text.substring(advice + 2));
        }
        final String home = environment.getOrDefault("HOME", "");
        if (!home.startsWith("/") || !Files.isWritable(Path.of(home))) {
            problem("HOME (" + home + ") is no directory that can be written", "export HOME=DIRECTORY");
        }
    }

    private void checkTun() throws IOException {
        final Path device = root.resolve("dev/net/tun");
        if (!Files.exists(device)) {
            problem("/dev/net/tun does not exist", "sudo modprobe tun");
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
        for (final String kind : NAMESPACES) {
            checkSetting("user/max_" + kind + "_namespaces", "0", "65536", "no container can be made");
        }
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
                if ((mode(file) & SETUID) == 0 && !hasFileCapability.test(file)) {
                    problem(
                            name + " has no privileges, neither its setuid bit nor the file capability",
                            "sudo chmod u+s " + name);
                }
                return;
            }
        }
        problem(program + " is missing", install());
    }

    private String install() {
        final boolean isFedora = Files.exists(root.resolve("usr/bin/dnf")) || Files.exists(root.resolve("usr/bin/yum"));
        return isFedora ? "sudo dnf install -y shadow-utils" : "sudo apt-get install -y uidmap";
    }

    private void checkSubordinateIds(final String file, final String option) throws IOException {
        final SubordinateIds ids = new SubordinateIds(root.resolve("etc").resolve(file), account);
        final long count = ids.count();
        if (count < SUBORDINATE_IDS) {
            final long first = ids.firstFree();
            problem(
                    "/etc/" + file + " gives " + account.name() + (count == 0 ? " no" : " only " + count)
                            + " subordinate ids, and an image may use " + SUBORDINATE_IDS,
                    "sudo usermod " + option + " " + first + "-" + (first + SUBORDINATE_IDS - 1) + " "
                            + account.name());
        }
        for (final List<SubordinateIds.Range> pair : ids.overlaps()) {
            if (pair.stream().allMatch(ids::isOwn)) {
                findings.add(Finding.note("two ranges in /etc/" + file + " overlap, and the second is of no use: "
                        + pair.getFirst() + " and " + pair.getLast()));
            } else {
                final SubordinateIds.Range own = ids.isOwn(pair.getFirst()) ? pair.getFirst() : pair.getLast();
                final long first = ids.firstFree();
                problem(
                        "two users share ids in /etc/" + file + ", and so may change each other's files: "
                                + pair.getFirst() + " and " + pair.getLast(),
                        "sudo usermod " + option.replace("add", "del") + " " + own.first() + "-" + own.last() + " "
                                + option + " " + first + "-" + (first + SUBORDINATE_IDS - 1) + " " + account.name());
            }
        }
    }

    private static long count(final String text) {
        return text.matches("[0-9]{1,10}") ? Long.parseLong(text) : 0;
    }

    private void notePingGroupRange() throws IOException {
        final String range = TextFile.firstLine(root.resolve("proc/sys/net/ipv4/ping_group_range"));
        final String[] bounds = range.split("\\s+", -1);
        if (bounds.length == 2 && count(bounds[0]) > count(bounds[1])) {
            findings.add(Finding.note(
                    "net.ipv4.ping_group_range is empty, so containers cannot ping beyond the host",
                    "sudo sysctl -w net.ipv4.ping_group_range=\"0 2147483647\""));
        }
    }

    private void notePortsBelow1024() throws IOException {
        final String first = TextFile.firstLine(root.resolve("proc/sys/net/ipv4/ip_unprivileged_port_start"));
        if (count(first) >= FIRST_UNPRIVILEGED_PORT) {
            findings.add(Finding.note(
                    "net.ipv4.ip_unprivileged_port_start is " + first + ", so ports below cannot be published",
                    "sudo sysctl -w net.ipv4.ip_unprivileged_port_start=0"));
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
        if (controllers.isEmpty()) {
            findings.add(
                    Finding.note("cgroup v2 delegates nothing to " + account.name() + ": no limits on memory and CPU"));
        } else {
            findings.add(Finding.note("cgroup v2 delegates " + controllers + " to " + account.name()));
        }
    }

    private void problem(final String text, final String fix) {
        findings.add(Finding.problem(text, fix));
    }

    private static int mode(final Path file) throws IOException {
        return (Integer) Files.getAttribute(file, "unix:mode");
    }
}
