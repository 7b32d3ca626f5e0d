package dev.tailrace.runtime.container;

import static dev.tailrace.runtime.container.Containers.as;
import static dev.tailrace.runtime.container.Containers.container;
import static dev.tailrace.runtime.container.Containers.finish;
import static dev.tailrace.runtime.container.Containers.process;
import static dev.tailrace.runtime.container.Containers.readUntil;
import static dev.tailrace.runtime.container.Containers.streams;
import static dev.tailrace.runtime.container.Containers.withInit;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/// Containers whose process 1 is ours (`--init`). Run by `ContainerIT` in a user namespace.
class InitScenarios {
    private static final int SIGTERM = 15;

    @TempDir
    Path directory;

    Path root;

    @BeforeEach
    void makeRoot() throws Exception {
        root = BusyboxRoot.make(directory.resolve("root"));
    }

    private ContainerProcess start(final ProcessSpec process) {
        return ContainerScenarios.RUNTIME.start(withInit(container(root, process)));
    }

    @Test
    void shouldPassOnExitCodes() {
        assertEquals(new Containers.Result(7, "out\n", ""), finish(start(process("sh", "-c", "echo out; exit 7")), ""));
        assertEquals(
                128 + SIGTERM,
                finish(start(process("sh", "-c", "kill -TERM $$")), "").exitCode());
    }

    @Test
    void shouldForwardSignals() {
        final ContainerProcess process =
                start(process("sh", "-c", "trap 'echo got; exit 5' USR1; echo on; while :; do sleep 0.01; done"));
        readUntil(process.output(), "on\n");
        process.signal(10);
        readUntil(process.output(), "got\n");
        assertEquals(5, Containers.exitCode(process));
        process.close();
        // Without init a signal that process 1 does not handle does nothing.
        final ContainerProcess sleep = start(process("sh", "-c", "echo on; exec sleep 1000"));
        readUntil(sleep.output(), "on\n");
        sleep.signal(SIGTERM);
        assertEquals(128 + SIGTERM, Containers.exitCode(sleep));
        sleep.close();
    }

    @Test
    void shouldReapOrphans() {
        // The grandchildren outlive the subshells that made them, and become process 1's.
        final ProcessSpec spec =
                process("sh", "-c", "for i in 1 2 3; do (sleep 0.3 & exit); done; echo on; exec sleep 1000");
        final ContainerProcess reaped = start(spec);
        readUntil(reaped.output(), "on\n");
        awaitProcesses(2, reaped);
        // Without init they are dead, and stay: sleep waits for nobody.
        final ContainerProcess left = ContainerScenarios.RUNTIME.start(container(root, spec));
        readUntil(left.output(), "on\n");
        awaitProcesses(4, left);
        for (final ContainerProcess process : new ContainerProcess[] {reaped, left}) {
            process.signal(9);
            assertEquals(137, Containers.exitCode(process));
            process.close();
        }
    }

    private static void awaitProcesses(final int count, final ContainerProcess process) {
        final long deadlineNs = System.nanoTime() + 10_000_000_000L;
        while (process.processes().size() != count) {
            assertTrue(deadlineNs - System.nanoTime() > 0, "processes " + process.processes());
        }
    }

    @Test
    void shouldSayWhatCannotBeExecuted() throws Exception {
        java.nio.file.Files.writeString(root.resolve("bin/script"), "#!/nowhere\n");
        assertTrue(root.resolve("bin/script").toFile().setExecutable(true));
        refuses(127, "exec: \"foo\": executable file not found in $PATH", process("foo"));
        refuses(126, "exec: \"/etc\": permission denied", process("/etc"));
        refuses(127, "exec /bin/script: no such file or directory", process("script"));
    }

    private void refuses(final int exitCode, final String message, final ProcessSpec process) {
        final StartException e =
                assertThrows(StartException.class, () -> start(process).close());
        assertEquals(message, e.getMessage());
        assertEquals(exitCode, e.exitCode());
    }

    @Test
    void shouldBeConfinedLikeItsProgramAndLeakNothing() {
        final String script = "cat /proc/1/status /proc/1/cmdline; ls /proc/self/fd; ls /proc/1/fd";
        final String shown =
                finish(start(as("root", process("sh", "-c", script))), "").output();
        assertTrue(shown.contains("Name:\ttailrace-init\n") && shown.contains("Seccomp:\t2\n"), shown);
        assertTrue(shown.contains("CapEff:\t00000000a80425fb\n"), shown);
        assertTrue(shown.endsWith("0\n1\n2\n3\n0\n1\n2\n"), shown);
        final Containers.Result denied = finish(start(process("sh", "-c", "echo x > /proc/1/exe")), "");
        assertTrue(denied.exitCode() != 0 && !denied.error().isEmpty(), denied.toString());
    }

    /// It is one file for all containers: who could write it by /proc/1/exe would be in the others (CVE-2019-5736).
    @Test
    void shouldNotBeOverwritten() throws Exception {
        final Containers.Result result =
                finish(start(process("sh", "-c", "readlink /proc/1/exe; echo x >/proc/1/exe")), "");
        assertTrue(result.output().startsWith("/memfd:tailrace-init"), result::toString);
        assertTrue(result.error().contains("Text file busy"), result::toString);
        // Not even when no container runs it, by somebody who has kept it open.
        final Path program = Path.of("/proc/self/fd/" + InitProgram.fd());
        final long length = Files.size(program);
        try (FileChannel file = FileChannel.open(program, StandardOpenOption.WRITE)) {
            for (final Executable change : List.<Executable>of(
                    () -> file.write(ByteBuffer.wrap(new byte[1]), 0),
                    () -> file.write(ByteBuffer.wrap(new byte[1]), length),
                    () -> file.truncate(1))) {
                assertEquals(
                        "Operation not permitted",
                        assertThrows(IOException.class, change).getMessage());
            }
        }
    }

    @Test
    void shouldGiveItsProgramTheTerminal() throws Exception {
        final ContainerProcess shell = start(streams(true, true, process("sh", "-c", "echo on; exec sleep 1000")));
        readUntil(shell.output(), "on\r\n");
        // ^C goes to the foreground process group.
        shell.input().write("\u0003".getBytes(StandardCharsets.UTF_8));
        assertEquals(128 + 2, Containers.exitCode(shell));
        shell.close();
    }
}
