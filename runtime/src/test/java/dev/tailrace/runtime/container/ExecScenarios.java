package dev.tailrace.runtime.container;

import static dev.tailrace.runtime.container.Containers.as;
import static dev.tailrace.runtime.container.Containers.container;
import static dev.tailrace.runtime.container.Containers.finish;
import static dev.tailrace.runtime.container.Containers.process;
import static dev.tailrace.runtime.container.Containers.readUntil;
import static dev.tailrace.runtime.container.Containers.streams;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Further processes in a container that runs, and what concerns all of its processes. Run by `ContainerIT` in a user
/// namespace.
class ExecScenarios {
    private static final NamespacedRuntime RUNTIME = ContainerScenarios.RUNTIME;

    @TempDir
    Path directory;

    private ContainerProcess container;

    @BeforeEach
    void start() throws Exception {
        final Path root = BusyboxRoot.make(directory.resolve("root"));
        container = RUNTIME.start(container(root, process("sh", "-c", "sleep 1000 & echo on; wait")));
        readUntil(container.output(), "on\n");
    }

    @AfterEach
    void kill() {
        container.signal(9);
        assertEquals(137, Containers.exitCode(container));
        container.close();
    }

    private Containers.Result exec(final ProcessSpec spec) {
        return finish(RUNTIME.execute(container, spec), "");
    }

    @Test
    void shouldBeInTheNamespacesOfTheContainer() throws Exception {
        final String links = exec(process(
                        "sh", "-c", "for name in mnt pid ipc uts cgroup net; do readlink /proc/self/ns/$name; done"))
                .output();
        final StringBuilder expected = new StringBuilder();
        for (final String name : new String[] {"mnt", "pid", "ipc", "uts", "cgroup", "net"}) {
            expected.append(Files.readSymbolicLink(Path.of("/proc/" + container.pid() + "/ns/" + name)))
                    .append('\n');
        }
        assertEquals(expected.toString(), links);
        assertEquals("box\n", exec(process("hostname")).output());
        assertTrue(exec(process("ps")).output().contains("sleep 1000"));
    }

    @Test
    void shouldBeConfinedAsTheFirst() {
        final String first = finish(RUNTIME.execute(container, process("cat", "/proc/1/status")), "")
                .output();
        final String own = exec(process("cat", "/proc/self/status")).output();
        for (final String field :
                List.of("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs", "Seccomp", "Umask")) {
            assertEquals(line(first, field), line(own, field));
        }
        assertEquals("0\n1\n2\n3\n", exec(process("ls", "/proc/self/fd")).output());
    }

    private static String line(final String text, final String field) {
        return text.lines()
                .filter(line -> line.startsWith(field + ":"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void shouldAnswerExitCodesAndErrors() {
        assertEquals(new Containers.Result(9, "", "bad\n"), exec(process("sh", "-c", "echo bad >&2; exit 9")));
        final StartException e = assertThrows(StartException.class, () -> exec(process("foo")));
        assertEquals("exec: \"foo\": executable file not found in $PATH", e.getMessage());
        assertEquals(127, e.exitCode());
        assertEquals(
                "hello",
                finish(RUNTIME.execute(container, streams(false, true, process("cat"))), "hello")
                        .output());
        assertEquals(
                "uid=1000(ada) gid=1001(ada) groups=29(audio)\n",
                exec(as("ada", process("id"))).output());
    }

    @Test
    void shouldHaveATerminalOfItsOwn() throws Exception {
        final ContainerProcess shell = RUNTIME.execute(container, streams(true, true, process("sh")));
        shell.resize(10, 20);
        shell.input().write("stty size; tty; exit\n".getBytes(StandardCharsets.UTF_8));
        final String output = Containers.readAll(shell.output());
        assertTrue(output.contains("10 20\r\n") && output.contains("/dev/pts/0\r\n"), output);
        assertEquals(0, Containers.exitCode(shell));
        shell.close();
    }

    @Test
    void shouldListPauseAndGoOn() throws Exception {
        // The shell has forked before it has written, but sleep may be a shell still.
        final List<Integer> processes = container.processes();
        assertEquals(container.pid(), processes.getFirst());
        assertEquals(2, processes.size());
        container.setPaused(true);
        for (final int pid : processes) {
            awaitState(pid, true);
        }
        container.setPaused(false);
        for (final int pid : processes) {
            awaitState(pid, false);
        }
    }

    /// A signal takes a moment to be taken.
    private static void awaitState(final int pid, final boolean isStopped) throws Exception {
        final long deadlineNs = System.nanoTime() + 10_000_000_000L;
        while ((state(pid) == 'T') != isStopped) {
            assertTrue(deadlineNs - System.nanoTime() > 0, pid + " is in state " + state(pid));
            Thread.onSpinWait();
        }
    }

    private static char state(final int pid) throws Exception {
        final String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        return stat.charAt(stat.lastIndexOf(')') + 2);
    }

    @Test
    void shouldEndWithTheContainer() {
        final ContainerProcess sleep = RUNTIME.execute(container, process("sleep", "1000"));
        container.signal(9);
        assertEquals(137, Containers.exitCode(sleep));
        assertEquals(137, Containers.exitCode(container));
        assertEquals(List.of(), container.processes());
        final StartException e = assertThrows(StartException.class, () -> exec(process("true")));
        assertEquals("the container is not running", e.getMessage());
        sleep.close();
    }

    @Test
    void shouldWakeAReaderThatIsClosed() throws Exception {
        final ContainerProcess sleep = RUNTIME.execute(container, process("sleep", "1000"));
        final Thread reader = Thread.ofPlatform()
                .start(() -> assertThrows(
                        java.io.IOException.class, () -> sleep.output().read()));
        while (reader.getState() == Thread.State.NEW) {
            Thread.onSpinWait();
        }
        sleep.close();
        reader.join(10_000);
        assertFalse(reader.isAlive());
        sleep.signal(9);
        assertEquals(137, Containers.exitCode(sleep));
    }
}
