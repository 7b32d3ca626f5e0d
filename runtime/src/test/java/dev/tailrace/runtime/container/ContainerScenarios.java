package dev.tailrace.runtime.container;

import static dev.tailrace.runtime.container.Containers.as;
import static dev.tailrace.runtime.container.Containers.container;
import static dev.tailrace.runtime.container.Containers.finish;
import static dev.tailrace.runtime.container.Containers.in;
import static dev.tailrace.runtime.container.Containers.process;
import static dev.tailrace.runtime.container.Containers.readUntil;
import static dev.tailrace.runtime.container.Containers.streams;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a process of a container sees and how it ends. Run by `ContainerIT` in a user namespace.
class ContainerScenarios {
    static final NamespacedRuntime RUNTIME = new NamespacedRuntime();

    @TempDir
    Path directory;

    Path root;

    @BeforeEach
    void makeRoot() throws Exception {
        root = BusyboxRoot.make(directory.resolve("root"));
    }

    private Containers.Result run(final ProcessSpec process, final MountSpec... mounts) {
        return finish(RUNTIME.start(container(root, process, mounts)), "");
    }

    private String sh(final String script, final MountSpec... mounts) {
        final Containers.Result result = run(process("sh", "-c", script), mounts);
        assertEquals("", result.error());
        assertEquals(0, result.exitCode());
        return result.output();
    }

    @Test
    void shouldAnswerOutputErrorAndExitCode() {
        final Containers.Result result = run(process("sh", "-c", "echo out; echo err >&2; exit 42"));
        assertEquals(new Containers.Result(42, "out\n", "err\n"), result);
    }

    @Test
    void shouldGiveInput() {
        final ContainerProcess cat = RUNTIME.start(container(root, streams(false, true, process("cat"))));
        assertEquals(new Containers.Result(0, "hello", ""), finish(cat, "hello"));
        assertEquals("", sh("cat"));
    }

    @Test
    void shouldHaveNamespacesOfItsOwn() throws Exception {
        assertEquals("box\n", sh("hostname"));
        assertEquals("1\n", sh("echo $$"));
        for (final String name : new String[] {"mnt", "pid", "ipc", "uts", "cgroup"}) {
            final String ours = java.nio.file.Files.readSymbolicLink(Path.of("/proc/self/ns/" + name))
                    .toString();
            assertFalse(sh("readlink /proc/self/ns/" + name).contains(ours), name);
        }
    }

    @Test
    void shouldSeeItsMountsOnly() {
        final String mounts = sh("cat /proc/self/mountinfo");
        for (final String point : new String[] {
            " / / ", " /proc ", " /dev ", " /dev/pts ", " /dev/shm ", " /dev/mqueue ", " /sys ", " /dev/null "
        }) {
            assertTrue(mounts.contains(point.equals(" / / ") ? " / " : point), point + " in " + mounts);
        }
        assertFalse(mounts.contains(directory.toString() + " "), mounts);
        assertFalse(mounts.contains("/work"), mounts);
        assertTrue(mounts.contains("size=65536k"), mounts);
    }

    @Test
    void shouldHaveDockersCapabilitiesAndFilter() {
        final String status = run(process("cat", "/proc/self/status")).output();
        for (final String line : new String[] {
            "CapInh:\t0000000000000000",
            "CapPrm:\t00000000a80425fb",
            "CapEff:\t00000000a80425fb",
            "CapBnd:\t00000000a80425fb",
            "CapAmb:\t0000000000000000",
            "NoNewPrivs:\t0",
            "Seccomp:\t2",
            "SigBlk:\t0000000000000000",
            "SigIgn:\t0000000000000000"
        }) {
            assertTrue(status.contains(line + "\n"), line + " in " + status);
        }
    }

    @Test
    void shouldBeRefusedByTheFilter() {
        final Containers.Result result = run(process("mount", "-t", "tmpfs", "none", "/tmp"));
        assertEquals(1, result.exitCode());
        assertTrue(
                result.error().contains("permission denied") || result.error().contains("not permitted"),
                result.error());
    }

    @Test
    void shouldLeakNoDescriptor() {
        // The fourth is that of the directory that ls reads.
        assertEquals("0\n1\n2\n3\n", sh("ls /proc/self/fd"));
    }

    @Test
    void shouldSayInDockersWordsWhatCannotBeExecuted() {
        refuses(127, "exec: \"foo\": executable file not found in $PATH", process("foo"));
        refuses(127, "exec: \"/foo\": stat /foo: no such file or directory", process("/foo"));
        refuses(126, "exec: \"/etc/noexec\": permission denied", process("/etc/noexec"));
        refuses(126, "exec: \"/etc\": permission denied", process("/etc"));
    }

    private void refuses(final int exitCode, final String message, final ProcessSpec process) {
        final StartException e = assertThrows(
                StartException.class,
                () -> RUNTIME.start(container(root, process)).close());
        assertEquals(message, e.getMessage());
        assertEquals(exitCode, e.exitCode());
    }

    @Test
    void shouldEndByKill() {
        final ContainerProcess sleep = RUNTIME.start(container(root, process("sh", "-c", "echo on; sleep 100")));
        readUntil(sleep.output(), "on\n");
        sleep.signal(9);
        assertEquals(137, Containers.exitCode(sleep));
        sleep.signal(9);
        sleep.close();
    }

    @Test
    void shouldBeWhoItIsToBe() {
        final Containers.Result named = run(as("ada", process("sh", "-c", "id; echo $HOME; cat /proc/self/status")));
        assertTrue(
                named.output().startsWith("uid=1000(ada) gid=1001(ada) groups=29(audio)\n/home/ada\n"), named.output());
        assertTrue(named.output().contains("CapEff:\t0000000000000000\n"), named.output());
        assertTrue(named.output().contains("CapBnd:\t00000000a80425fb\n"), named.output());
        final Containers.Result numbered =
                run(as("1234:44", process("sh", "-c", "id; echo $HOME; echo x > /dev/stderr")));
        assertEquals(new Containers.Result(0, "uid=1234 gid=44(video)\n/\n", "x\n"), numbered);
        refuses(128, "unable to find user bob: no matching entries in passwd file", as("bob", process("true")));
    }

    @Test
    void shouldHaveATerminal() throws Exception {
        final ContainerProcess shell = RUNTIME.start(container(root, streams(true, true, process("sh"))));
        shell.resize(33, 101);
        shell.input()
                .write("stty size; tty; ls -l /dev/console; exit 3\n"
                        .getBytes(java.nio.charset.StandardCharsets.UTF_8));
        final String output = Containers.readAll(shell.output());
        assertTrue(output.contains("33 101\r\n"), output);
        assertTrue(output.contains("/dev/console\r\n") || output.contains("/dev/pts/0\r\n"), output);
        assertEquals(3, Containers.exitCode(shell));
        shell.close();
    }

    @Test
    void shouldEndInputOfATerminal() throws Exception {
        final ContainerProcess cat = RUNTIME.start(container(root, streams(true, true, process("cat"))));
        cat.input().close();
        assertEquals(0, Containers.exitCode(cat));
        cat.close();
    }

    @Test
    void shouldEnterAndMakeTheWorkingDirectory() {
        assertEquals("/a/b\n", run(in("/a/b", process("pwd"))).output());
        refuses(128, "chdir to cwd /etc/passwd: not a directory", in("/etc/passwd", process("pwd")));
    }

    @Test
    void shouldNotEscapeByTheWorkingDirectory() {
        for (int fd = 3; fd < 64; fd++) {
            final int number = fd;
            final StartException e = assertThrows(
                    StartException.class,
                    () -> RUNTIME.start(container(root, in("/proc/self/fd/" + number, process("pwd"))))
                            .close());
            assertTrue(e.getMessage().startsWith("chdir to cwd /proc/self/fd/" + number), e.getMessage());
        }
    }
}
