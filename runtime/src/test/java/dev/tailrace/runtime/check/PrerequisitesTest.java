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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PrerequisitesTest {
    private static final Account USER = new Account("alice", 1000);

    @TempDir
    private Path root;

    @BeforeEach
    void makeGoodMachine() throws IOException {
        write("dev/net/tun", "", 0666);
        write("proc/self/ns/user", "", 0444);
        write("proc/sys/user/max_user_namespaces", "95000\n", 0644);
        write("proc/sys/net/ipv4/ping_group_range", "0\t2147483647\n", 0644);
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
        assertEquals(List.of("/dev/net/tun does not exist. Fix: modprobe tun"), problems());
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
        assertEquals(List.of(), texts(new Prerequisites(root, new Account("root", 0)).check(), true));
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
                        "newuidmap is missing. Fix: sudo apt-get install uidmap",
                        "newgidmap is missing. Fix: sudo apt-get install uidmap"),
                problems());
    }

    @Test
    void shouldNoteMapHelperWithoutSetuidBit() throws IOException {
        write("usr/bin/newuidmap", "", 0755);
        assertEquals(List.of(), problems());
        assertTrue(find(false).getFirst().startsWith("/usr/bin/newuidmap is not setuid root"));
    }

    @Test
    void shouldNameMissingAndShortSubordinateIds() throws IOException {
        write("etc/subuid", "alice:100000:1000\nalice:x:y\nbroken\n", 0644);
        Files.delete(root.resolve("etc/subgid"));
        assertEquals(
                List.of(
                        "/etc/subuid gives alice only 1000 subordinate ids, and an image may use 65536."
                                + " Fix: sudo usermod --add-subuids 100000-165535 alice",
                        "/etc/subgid gives alice no subordinate ids, and an image may use 65536."
                                + " Fix: sudo usermod --add-subgids 100000-165535 alice"),
                problems());
    }

    @Test
    void shouldNameEmptyPingGroupRange() throws IOException {
        write("proc/sys/net/ipv4/ping_group_range", "1\t0\n", 0644);
        assertEquals(
                List.of("net.ipv4.ping_group_range is empty, so containers cannot ping."
                        + " Fix: sudo sysctl -w net.ipv4.ping_group_range=\"0 2147483647\""),
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
        final List<Finding> findings = List.of(Finding.problem("a is missing", "get a"), Finding.note("b is old"));
        assertEquals(1, CheckCommand.report(findings, new PrintStream(out), new PrintStream(err)));
        assertEquals("a is missing. Fix: get a\n", err.toString(StandardCharsets.UTF_8));
        assertEquals("note: b is old\nNot ready: 1 problem.\n", out.toString(StandardCharsets.UTF_8));
        assertEquals(0, CheckCommand.report(List.of(), new PrintStream(out), new PrintStream(err)));
    }

    private List<String> problems() throws IOException {
        return find(true);
    }

    private List<String> find(final boolean problem) throws IOException {
        return texts(new Prerequisites(root, USER).check(), problem);
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
