package dev.tailrace.runtime.container;

import static dev.tailrace.runtime.container.Containers.container;
import static dev.tailrace.runtime.container.Containers.finish;
import static dev.tailrace.runtime.container.Containers.privileged;
import static dev.tailrace.runtime.container.Containers.process;
import static dev.tailrace.runtime.container.Containers.readOnly;
import static dev.tailrace.runtime.container.Containers.unconfined;
import static dev.tailrace.runtime.container.Containers.withNetwork;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.SyscallNumber;
import dev.tailrace.tapio.stub.Spawn;
import dev.tailrace.tapio.stub.SyscallProgram;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a container cannot reach, and what is put into it. Run by `ContainerIT` in a user namespace.
class IsolationScenarios {
    @TempDir
    Path directory;

    Path root;

    @BeforeEach
    void makeRoot() throws Exception {
        root = BusyboxRoot.make(directory.resolve("root"));
    }

    private static Containers.Result run(final ContainerSpec spec) {
        return finish(ContainerScenarios.RUNTIME.start(spec), "");
    }

    private ContainerSpec sh(final String script, final MountSpec... mounts) {
        return container(root, process("sh", "-c", script), mounts);
    }

    private static String good(final ContainerSpec spec) {
        final Containers.Result result = run(spec);
        assertEquals("", result.error());
        assertEquals(0, result.exitCode());
        return result.output();
    }

    @Test
    void shouldHideWhatDockerHides() {
        assertEquals(
                "0\n0\n0\n",
                good(sh("cat /proc/interrupts | wc -c; cat /proc/keys | wc -c; cat /proc/timer_list | wc -c")));
        assertEquals("0\n", good(sh("ls /sys/firmware | wc -l")));
        final Containers.Result result = run(sh("echo 1 > /proc/sys/kernel/panic"));
        assertEquals(1, result.exitCode());
        assertTrue(result.error().contains("ead-only file system"), result.error());
        assertTrue(run(sh("touch /sys/x /proc/fs/x /proc/irq/x")).error().contains("ead-only file system"));
    }

    @Test
    void shouldHideThemWhereverAnImageLeadsProcTo() throws Exception {
        Files.createDirectories(root.resolve("elsewhere"));
        Files.createSymbolicLink(root.resolve("proc"), Path.of("/elsewhere"));
        assertEquals("0\n0\n", good(sh("cat /proc/keys | wc -c; cat /elsewhere/keys | wc -c")));
        assertTrue(good(sh("cat /elsewhere/self/status")).startsWith("Name:\tcat\n"));
    }

    @Test
    void shouldNotMountOutsideTheRootByLinksOfAnImage() throws Exception {
        final Path outside = Files.createDirectories(directory.resolve("outside"));
        Files.writeString(Files.createDirectories(directory.resolve("data")).resolve("file"), "data");
        Files.createSymbolicLink(root.resolve("absolute"), outside);
        Files.createSymbolicLink(root.resolve("climbing"), Path.of("../../../../../../../../" + outside));
        final MountSpec.Bind absolute = new MountSpec.Bind(directory.resolve("data"), "/absolute/in", false);
        final MountSpec.Bind climbing = new MountSpec.Bind(directory.resolve("data"), "/climbing/in", false);
        // The links lead nowhere in the root, as the directories do not exist there.
        for (final MountSpec.Bind bind : new MountSpec.Bind[] {absolute, climbing}) {
            final StartException e = assertThrows(StartException.class, () -> run(sh("true", bind)));
            assertTrue(e.getMessage().contains("no such file or directory"), e.getMessage());
            assertEquals(0, outside.toFile().list().length);
        }
        Files.createDirectories(root.resolve(outside.toString().substring(1)));
        assertEquals("data", good(sh("cat /absolute/in/file", absolute)));
        assertEquals("data", good(sh("cat /climbing/in/file", climbing)));
        assertEquals(0, outside.toFile().list().length);
    }

    @Test
    void shouldRefuseAUsersMountOverWhatIsHidden() {
        final MountSpec.Bind bind = new MountSpec.Bind(root.resolve("etc/passwd"), "/proc/keys", false);
        final StartException e = assertThrows(StartException.class, () -> run(sh("true", bind)));
        assertTrue(e.getMessage().contains("keys"), e.getMessage());
    }

    @Test
    void shouldBindFilesAndDirectories() throws Exception {
        final Path data = Files.createDirectories(directory.resolve("data"));
        Files.writeString(data.resolve("file"), "data");
        final MountSpec.Bind readOnly = new MountSpec.Bind(data, "/mnt/deep/ro", true);
        final MountSpec.Bind writable = new MountSpec.Bind(data, "/mnt/rw", false);
        final MountSpec.Bind file = new MountSpec.Bind(data.resolve("file"), "/etc/file", true);
        assertEquals("datadata", good(sh("cat /mnt/deep/ro/file /etc/file", readOnly, file)));
        assertTrue(run(sh("touch /mnt/deep/ro/new", readOnly)).error().contains("ead-only file system"));
        assertTrue(run(sh("echo x > /etc/file", file)).error().contains("ead-only file system"));
        assertEquals("", good(sh("touch /mnt/rw/new", writable)));
        assertTrue(Files.exists(data.resolve("new")));
    }

    @Test
    void shouldReadUsersFromWhatIsMountedOverTheirFile() throws Exception {
        final Path passwd = Files.writeString(directory.resolve("passwd"), "eve:x:77:78::/eve:/bin/sh\n");
        final ContainerSpec spec = container(
                root,
                Containers.as("eve", process("sh", "-c", "id -u; id -g; echo $HOME")),
                new MountSpec.Bind(passwd, "/etc/passwd", true));
        assertEquals("77\n78\n/eve\n", good(spec));
    }

    @Test
    void shouldSayThatABindDoesNotFit() {
        final StartException e = assertThrows(
                StartException.class,
                () -> run(sh("true", new MountSpec.Bind(root.resolve("tmp"), "/etc/passwd", false))));
        assertTrue(e.getMessage().contains("/etc/passwd: not a directory: are you trying to mount"), e.getMessage());
        assertEquals(127, e.exitCode());
    }

    @Test
    void shouldTakeAsManyMountsAsThereAre() {
        final MountSpec[] mounts = new MountSpec[150];
        for (int i = 0; i < mounts.length; i++) {
            mounts[i] = new MountSpec.Bind(root.resolve("etc/group"), "/a/path/of/some/depth/number" + i, true);
        }
        assertEquals("150\n", good(sh("grep -c /a/path /proc/self/mountinfo", mounts)));
    }

    @Test
    void shouldSayThatABindHasNoSource() {
        final MountSpec.Bind bind = new MountSpec.Bind(Path.of("/nowhere"), "/mnt", false);
        final StartException e = assertThrows(StartException.class, () -> run(sh("true", bind)));
        assertEquals(
                "invalid mount config for type \"bind\": bind source path does not exist: /nowhere", e.getMessage());
    }

    @Test
    void shouldMountFileSystemsInMemory() {
        final MountSpec.Temporary small = new MountSpec.Temporary("/scratch", "size=64k,mode=1770,exec");
        final String mounts = good(sh("touch /scratch/x; cat /proc/self/mountinfo", small));
        final String line = mounts.lines()
                .filter(text -> text.contains(" /scratch "))
                .findFirst()
                .orElseThrow();
        assertTrue(line.contains("size=64k") && line.contains("mode=1770"), line);
        assertTrue(line.contains("nosuid,nodev") && !line.contains("noexec"), line);
        final StartException e = assertThrows(
                StartException.class, () -> run(sh("true", new MountSpec.Temporary("/scratch", "colour=blue"))));
        assertTrue(e.getMessage().contains("colour=blue"), e.getMessage());
    }

    @Test
    void shouldHaveAReadOnlyRootWithWritableMounts() {
        final ContainerSpec spec =
                readOnly(sh("touch /x; touch /tmp/x /dev/shm/x", new MountSpec.Temporary("/tmp", "")));
        final Containers.Result result = run(spec);
        assertEquals("touch: /x: Read-only file system\n", result.error());
        assertEquals(0, result.exitCode());
        assertFalse(Files.exists(root.resolve("x")));
    }

    @Test
    void shouldNotReachTheOldRoot() {
        assertEquals("bin\nbin\n", good(sh("ls -d bin; cd -P /proc/1/root/../..; ls -d bin")));
        assertFalse(good(sh("cat /proc/self/mounts")).contains(directory.toString()));
    }

    @Test
    void shouldUseTheNetworkNamespaceThatItIsGiven() throws Exception {
        // One of our own: the child opens it, and its descriptor is ours.
        try (SyscallProgram program = new SyscallProgram()) {
            program.add("unshare", "", SyscallNumber.UNSHARE, Spawn.CLONE_NEWNET);
            final int opened = program.add(
                    "open",
                    "",
                    SyscallNumber.OPENAT,
                    -100,
                    program.memory().cString("/proc/thread-self/ns/net"),
                    Fd.O_CLOEXEC);
            program.run();
            final int fd = (int) program.result(opened);
            final String ours =
                    Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd)).toString();
            final ContainerSpec spec =
                    sh("readlink /proc/self/ns/net; cat /proc/sys/net/ipv4/ip_unprivileged_port_start");
            assertEquals(
                    ours + "\n0\n",
                    good(withNetwork(OptionalInt.of(fd), Map.of("net.ipv4.ip_unprivileged_port_start", "0"), spec)));
            final String sys = good(withNetwork(OptionalInt.of(fd), Map.of(), sh("ls /sys/class/net")));
            assertEquals(
                    "lo",
                    sys.lines().filter(line -> line.equals("lo")).findFirst().orElse(sys));
            Fd.close(fd);
        }
        final StartException e = assertThrows(
                StartException.class,
                () -> run(withNetwork(OptionalInt.empty(), Map.of("kernel.panic", "1"), sh("true"))));
        assertEquals("sysctl \"kernel.panic\" is not in a separate kernel namespace", e.getMessage());
    }

    @Test
    void shouldHideNothingFromThePrivileged() {
        final ProcessSpec mount = process("sh", "-c", "mount -t tmpfs none /tmp && cat /proc/self/mounts");
        assertTrue(good(privileged(container(root, unconfined(mount)))).contains(" /tmp tmpfs "));
        final ProcessSpec status = process("cat", "/proc/self/status", "/proc/self/mounts");
        final String shown = good(privileged(container(root, unconfined(status))));
        assertTrue(shown.contains("Seccomp:\t0\n") && shown.contains("CapEff:\t000001ffffffffff\n"), shown);
        assertFalse(shown.contains(" /proc/keys "), shown);
    }

    @Test
    void shouldSetLimitsAndNoNewPrivileges() {
        final ProcessSpec plain = process("cat", "/proc/self/limits", "/proc/self/status");
        final ProcessSpec spec = new ProcessSpec(
                plain.arguments(),
                plain.environment(),
                "/",
                "",
                List.of("video"),
                plain.capabilities(),
                List.of(new ProcessSpec.ResourceLimit("nofile", 100, 200)),
                true,
                true,
                false,
                false);
        final String shown = good(container(root, spec));
        assertTrue(shown.matches("(?s).*Max open files +100 +200 .*NoNewPrivs:\t1\n.*"), shown);
        assertTrue(shown.contains("Groups:\t44 \n"), shown);
    }
}
