package dev.tailrace.runtime.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PrerequisitesTest {
    private static final Account USER = new Account("alice", 1000);

    @TempDir
    private Path root;

    private Map<String, String> environment = Map.of();
    private Predicate<Path> hasFileCapability = file -> false;

    @BeforeEach
    void makeGoodMachine() throws IOException {
        environment = Map.of("XDG_RUNTIME_DIR", root.toString(), "HOME", root.toString());
        write("dev/net/tun", "", 0666);
        write("proc/self/ns/user", "", 0444);
        write("proc/sys/user/max_user_namespaces", "95000\n", 0644);
        write("proc/sys/net/ipv4/ping_group_range", "0\t2147483647\n", 0644);
        write("proc/sys/net/ipv4/ip_unprivileged_port_start", "0\n", 0644);
        write("usr/bin/newuidmap", "", 04755);
        write("usr/bin/newgidmap", "", 04755);
        write("etc/subuid", "bob:100000:65536\nalice:165536:65536\n", 0644);
        write("etc/subgid", "1000:165536:65536\n", 0644);
        write("sys/fs/cgroup/cgroup.controllers", "cpu memory pids\n", 0444);
        write("sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service/cgroup.controllers", "memory pids\n", 0444);
    }

    @Test
    void shouldFindNothingWrongOnGoodMachine() throws IOException {
        assertEquals(List.of(), problems());
        assertTrue(find(false).contains("cgroup v2 delegates memory pids to alice"));
    }

    @Test
    void shouldNameMissingTunDevice() throws IOException {
        Files.delete(root.resolve("dev/net/tun"));
        assertEquals(List.of("/dev/net/tun does not exist. Fix: sudo modprobe tun"), problems());
    }

    @Test
    void shouldNameModeOfTunDevice() throws IOException {
        write("dev/net/tun", "", 0600);
        assertEquals(
                List.of(
                        "/dev/net/tun has mode 600, so ordinary users cannot open it. Fix: sudo chmod 0666 /dev/net/tun"),
                problems());
    }

    @Test
    void shouldNotMindModeOfTunDeviceForRoot() throws IOException {
        write("dev/net/tun", "", 0600);
        write("etc/subuid", "root:1:65536\n", 0644);
        write("etc/subgid", "root:1:65536\n", 0644);
        assertEquals(List.of(), texts(prerequisites(new Account("root", 0)).check(), true));
    }

    @Test
    void shouldNameEachSettingThatForbidsUserNamespaces() throws IOException {
        write("proc/sys/user/max_user_namespaces", "0\n", 0644);
        write("proc/sys/kernel/unprivileged_userns_clone", "0\n", 0644);
        write("proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1\n", 0644);
        assertEquals(
                List.of(
                        "user.max_user_namespaces is 0: no user namespaces can be made."
                                + " Fix: sudo sysctl -w user.max_user_namespaces=65536",
                        "kernel.unprivileged_userns_clone is 0: ordinary users cannot make user namespaces."
                                + " Fix: sudo sysctl -w kernel.unprivileged_userns_clone=1",
                        "kernel.apparmor_restrict_unprivileged_userns is 1: user namespaces of ordinary users get no"
                                + " capabilities. Fix: sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"),
                problems());
    }

    @Test
    void shouldAcceptSettingsThatAllowUserNamespaces() throws IOException {
        write("proc/sys/kernel/unprivileged_userns_clone", "1\n", 0644);
        write("proc/sys/kernel/apparmor_restrict_unprivileged_userns", "0\n", 0644);
        assertEquals(List.of(), problems());
    }

    @Test
    void shouldNameKernelWithoutUserNamespaces() throws IOException {
        Files.delete(root.resolve("proc/self/ns/user"));
        assertEquals(
                List.of("the kernel has no user namespaces (CONFIG_USER_NS). Fix: boot a kernel with CONFIG_USER_NS=y"),
                problems());
    }

    @Test
    void shouldNameMissingMapHelpers() throws IOException {
        Files.delete(root.resolve("usr/bin/newuidmap"));
        Files.delete(root.resolve("usr/bin/newgidmap"));
        assertEquals(
                List.of(
                        "newuidmap is missing. Fix: sudo apt-get install -y uidmap",
                        "newgidmap is missing. Fix: sudo apt-get install -y uidmap"),
                problems());
    }

    @Test
    void shouldNameMapHelperWithoutPrivileges() throws IOException {
        write("usr/bin/newuidmap", "", 0755);
        assertEquals(
                List.of("/usr/bin/newuidmap has no privileges, neither its setuid bit nor the file capability."
                        + " Fix: sudo chmod u+s /usr/bin/newuidmap"),
                problems());
        hasFileCapability = file -> file.endsWith("newuidmap");
        assertEquals(List.of(), problems());
    }

    @Test
    void shouldNameMissingAndShortSubordinateIds() throws IOException {
        write("etc/subuid", "alice:100000:1000\nalice:x:y\nbroken\n", 0644);
        Files.delete(root.resolve("etc/subgid"));
        assertEquals(
                List.of(
                        "/etc/subuid gives alice only 1000 subordinate ids, and an image may use 65536."
                                + " Fix: sudo usermod --add-subuids 101000-166535 alice",
                        "/etc/subgid gives alice no subordinate ids, and an image may use 65536."
                                + " Fix: sudo usermod --add-subgids 100000-165535 alice"),
                problems());
    }

    @Test
    void shouldAddUpRangesOfSubordinateIds() throws IOException {
        write("etc/subuid", "alice:100000:65000\n1000:200000:536\n", 0644);
        assertEquals(List.of(), problems());
        write("etc/subuid", "alice:100000:65000\nalice:164000:1536\n", 0644);
        assertEquals(1, problems().size(), "ids in two ranges count once");
        assertTrue(find(false)
                .contains("two ranges in /etc/subuid overlap, and the second is of no use:"
                        + " alice:100000:65000 and alice:164000:1536"));
    }

    @Test
    void shouldNameIdsThatAnotherUserHasToo() throws IOException {
        write("etc/subuid", "bob:100000:65536\nalice:165535:65536\n", 0644);
        assertEquals(
                List.of("two users share ids in /etc/subuid, and so may change each other's files: bob:100000:65536 and"
                        + " alice:165535:65536. Fix: sudo usermod --del-subuids 165535-231070 --add-subuids"
                        + " 231071-296606 alice"),
                problems());
        write("etc/subuid", "bob:100000:65536\ncarol:100000:1\nalice:165536:65536\n", 0644);
        assertEquals(List.of(), problems(), "those of others are theirs to mend");
    }

    @Test
    void shouldNoteEmptyPingGroupRange() throws IOException {
        write("proc/sys/net/ipv4/ping_group_range", "1\t0\n", 0644);
        assertEquals(List.of(), problems());
        assertTrue(find(false)
                .contains("net.ipv4.ping_group_range is empty, so containers cannot ping beyond the host."
                        + " To have it: sudo sysctl -w net.ipv4.ping_group_range=\"0 2147483647\""));
    }

    @Test
    void shouldNotePortsThatOnlyRootMayHave() throws IOException {
        write("proc/sys/net/ipv4/ip_unprivileged_port_start", "1024\n", 0644);
        assertTrue(find(false)
                .contains("net.ipv4.ip_unprivileged_port_start is 1024, so ports below cannot be published."
                        + " To have it: sudo sysctl -w net.ipv4.ip_unprivileged_port_start=0"));
    }

    @Test
    void shouldNameEachKindOfNamespaceThatIsForbidden() throws IOException {
        write("proc/sys/user/max_net_namespaces", "0\n", 0644);
        assertEquals(
                List.of("user.max_net_namespaces is 0: no container can be made."
                        + " Fix: sudo sysctl -w user.max_net_namespaces=65536"),
                problems());
    }

    @Test
    void shouldNameMissingDirectories() throws IOException {
        environment = Map.of("HOME", "/nowhere");
        assertEquals(
                List.of(
                        "XDG_RUNTIME_DIR is not set. Fix: export XDG_RUNTIME_DIR=$(mktemp -d)",
                        "HOME (/nowhere) is no directory that can be written. Fix: export HOME=DIRECTORY"),
                problems());
    }

    @Test
    void shouldNoteOldCgroups() throws IOException {
        Files.delete(root.resolve("sys/fs/cgroup/cgroup.controllers"));
        assertEquals(List.of(), problems());
        assertEquals(List.of("cgroup v2 is not mounted on /sys/fs/cgroup: no limits on memory and CPU"), find(false));
    }

    @Test
    void shouldFindAccountByNumber() throws IOException {
        write("etc/passwd", "root:x:0:0::/root:/bin/sh\nalice:x:1000:1000::/home/alice:/bin/sh\n", 0644);
        assertEquals(USER, Account.of(root, 1000));
        assertEquals(new Account("77", 77), Account.of(root, 77));
    }

    @Test
    void shouldReportProblemsOnStandardErrorAndFail() {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        final ByteArrayOutputStream err = new ByteArrayOutputStream();
        final List<Finding> findings = List.of(
                Finding.problem("a is missing", "sudo get a"),
                Finding.problem("b is 0", "sudo sysctl -w b=\"1 2\""),
                Finding.problem("a is missing, too", "sudo get a"),
                Finding.problem("c is not set", "export c=1"),
                Finding.note("d is old"));
        assertEquals(1, CheckCommand.report(findings, new PrintStream(out), new PrintStream(err)));
        assertEquals("""
                a is missing. Fix: sudo get a
                b is 0. Fix: sudo sysctl -w b="1 2"
                a is missing, too. Fix: sudo get a
                c is not set. Fix: export c=1
                """, err.toString(StandardCharsets.UTF_8));
        assertEquals("""
                note: d is old
                Not ready: 4 problems.
                What an administrator has to do:
                ########## BEGIN ##########
                sudo sh -eux <<'COMMANDS'
                # a is missing
                get a
                # b is 0
                sysctl -w b="1 2"
                echo 'b=1 2' >>/etc/sysctl.d/60-tailrace.conf
                COMMANDS
                ########## END ##########
                What to do in your shell after that:
                ########## BEGIN ##########
                # c is not set
                export c=1
                ########## END ##########
                """, out.toString(StandardCharsets.UTF_8));
        assertEquals(0, CheckCommand.report(List.of(), new PrintStream(out), new PrintStream(err)));
    }

    private Prerequisites prerequisites(final Account account) {
        return new Prerequisites(root, account, environment, hasFileCapability);
    }

    private List<String> problems() throws IOException {
        return find(true);
    }

    private List<String> find(final boolean problem) throws IOException {
        return texts(prerequisites(USER).check(), problem);
    }

    private static List<String> texts(final List<Finding> findings, final boolean problem) {
        final List<String> texts = new ArrayList<>();
        for (final Finding finding : findings) {
            if (finding.problem() == problem) {
                texts.add(finding.toString());
            }
        }
        return texts;
    }

    private void write(final String path, final String text, final int mode) throws IOException {
        final Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.deleteIfExists(file);
        Files.writeString(file, text);
        Files.setAttribute(file, "unix:mode", mode);
    }
}
