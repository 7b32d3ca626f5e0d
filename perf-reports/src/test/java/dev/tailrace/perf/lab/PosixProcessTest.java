package dev.tailrace.perf.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import jnr.constants.platform.Signal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class PosixProcessTest {
    private static final int SPAWNS = 200;
    private static final Duration ALLOWED = Duration.ofSeconds(10);

    @TempDir
    private Path directory;

    private static ProcessBuilder shell(final String script) {
        return new ProcessBuilder("sh", "-c", script);
    }

    private static String text(final PosixProcess process) throws IOException {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void shouldTellTheExitStatus() throws InterruptedException {
        final PosixProcess process = PosixProcess.start(shell("exit 7"));
        assertEquals(7, process.waitFor());
        assertEquals(7, process.exitValue());
        assertEquals(Optional.empty(), process.signal());
        assertFalse(process.isAlive());
        assertFalse(Files.exists(Path.of("/proc/" + process.pid())), "a zombie is left");
    }

    @Test
    void shouldTellTheSignalThatEndedIt() throws InterruptedException {
        final PosixProcess process = PosixProcess.start(shell("kill -USR1 $$"));
        assertEquals(128 + Signal.SIGUSR1.intValue(), process.waitFor());
        assertEquals(Optional.of(Signal.SIGUSR1), process.signal());
    }

    @Test
    void shouldAskBeforeItKills() throws InterruptedException, IOException {
        final PosixProcess process =
                PosixProcess.start(shell("trap 'echo asked; exit 3' TERM; echo ready; while :; do sleep 0.01; done"));
        Namespace.awaitLine(process, "ready", "starting the shell");
        assertThrows(IllegalThreadStateException.class, process::exitValue);
        process.destroy();
        assertEquals(3, process.waitFor());
        final PosixProcess other = PosixProcess.start(new ProcessBuilder("sleep", "60"));
        other.destroyForcibly();
        other.waitFor();
        assertEquals(Optional.of(Signal.SIGKILL), other.signal());
    }

    @Test
    void shouldTellWhatWasUsed() throws InterruptedException {
        final PosixProcess process = PosixProcess.start(shell("i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done"));
        process.waitFor();
        final ResourceUsage usage = process.usage();
        assertTrue(usage.cpuSeconds() > 0.02 && usage.cpuSeconds() < 30, usage::toString);
        assertTrue(usage.peakResidentBytes() > 1 << 20, usage::toString);
    }

    @Test
    void shouldKeepWhatWasWrittenForALateReader() throws InterruptedException, IOException {
        final PosixProcess process = PosixProcess.start(shell("echo out; echo err >&2"));
        process.waitFor();
        assertEquals("out\n", text(process));
        assertEquals(-1, process.getInputStream().read());
        assertEquals("err\n", new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
    }

    @Test
    void shouldPassOnMoreThanAPipeHolds() throws InterruptedException, IOException {
        final PosixProcess process = PosixProcess.start(shell("head -c 1000000 /dev/zero"));
        assertEquals(1_000_000, process.getInputStream().readAllBytes().length);
        assertEquals(0, process.waitFor());
    }

    @Test
    void shouldGiveWhatItReadsAndItsEnd() throws IOException {
        final PosixProcess process = PosixProcess.start(new ProcessBuilder("cat"));
        try (OutputStream input = process.getOutputStream()) {
            input.write("given".getBytes(StandardCharsets.UTF_8));
        }
        assertEquals("given", text(process));
    }

    @Test
    void shouldHonourEnvironmentAndFiles() throws IOException, InterruptedException {
        final Path in = Files.writeString(directory.resolve("in"), "from a file");
        final Path out = Files.writeString(directory.resolve("out"), "what was there is overwritten");
        final Path err = Files.writeString(directory.resolve("err"), "kept, ");
        final ProcessBuilder builder = shell("cat; printf %s \", $VALUE\"; printf added >&2")
                .redirectInput(in.toFile())
                .redirectOutput(out.toFile())
                .redirectError(ProcessBuilder.Redirect.appendTo(err.toFile()));
        builder.environment().put("VALUE", "a=b");
        assertEquals(0, PosixProcess.start(builder).waitFor());
        assertEquals("from a file, a=b", Files.readString(out));
        assertEquals("kept, added", Files.readString(err));
    }

    @Test
    void shouldSayWhatItCannotDoInOneLine() {
        final LabException there = assertThrows(
                LabException.class, () -> PosixProcess.start(shell("true").directory(directory.toFile())));
        assertTrue(there.getMessage().endsWith("posix_spawn cannot; use env --chdir"), there.getMessage());
        final LabException file = assertThrows(
                LabException.class,
                () -> PosixProcess.start(
                        shell("true").redirectOutput(Path.of("/no/such/file").toFile())));
        assertTrue(file.getMessage().startsWith("opening /no/such/file for sh: ENOENT"), file.getMessage());
        final LabException program =
                assertThrows(LabException.class, () -> PosixProcess.start(new ProcessBuilder("/no/such/program")));
        assertTrue(program.getMessage().startsWith("starting /no/such/program: ENOENT"), program.getMessage());
    }

    @Test
    void shouldWaitForSomeTimeOnly() throws InterruptedException {
        final PosixProcess process = PosixProcess.start(new ProcessBuilder("sleep", "60"));
        assertFalse(process.waitFor(1, TimeUnit.MILLISECONDS));
        assertTrue(process.toHandle().isAlive());
        process.destroyForcibly();
        assertTrue(process.waitFor(10, TimeUnit.SECONDS));
        assertEquals(process, process.onExit().join());
    }

    @Test
    void shouldKillWhatAProgramStarted() throws InterruptedException {
        final PosixProcess process = PosixProcess.start(shell("sleep 60 & echo $!; wait"));
        final ProcessHandle child = childOf(process);
        process.destroyForcibly();
        process.waitFor();
        awaitEnd(child);
    }

    @Test
    void shouldKillWhatAProgramLeftBehind() throws InterruptedException {
        final PosixProcess process = PosixProcess.start(shell("sleep 60 >/dev/null 2>&1 </dev/null & echo $!"));
        final ProcessHandle child = childOf(process);
        process.waitFor();
        assertTrue(child.isAlive());
        process.destroyForcibly();
        awaitEnd(child);
    }

    /// Its output does not end with the program itself.
    @Test
    void shouldEndAtADeadlineThoughAnotherKeepsTheOutput() {
        final LabException failure = assertThrows(
                LabException.class,
                () -> Programs.end(List.of("sh", "-c", "sleep 60 & sleep 0.1"), Duration.ofMillis(500)));
        assertTrue(failure.getMessage().endsWith("no end after 0 s"), failure.getMessage());
    }

    private static ProcessHandle childOf(final PosixProcess process) {
        try {
            return ProcessHandle.of(Long.parseLong(process.inputReader().readLine()))
                    .orElseThrow();
        } catch (IOException failure) {
            throw new LabException("reading the number of a process", failure);
        }
    }

    /// It is somebody else's then, who may take a while to take it.
    private static void awaitEnd(final ProcessHandle process) throws InterruptedException {
        final long deadlineNs = System.nanoTime() + ALLOWED.toNanos();
        while (process.isAlive() && !isZombie(process.pid())) {
            assertTrue(deadlineNs - System.nanoTime() > 0, process + " goes on");
            Thread.onSpinWait();
        }
    }

    private static boolean isZombie(final long pid) {
        return ProcessTable.read().stream().anyMatch(each -> each.pid() == pid && each.isZombie());
    }

    @Test
    void shouldLeakNoDescriptor() throws IOException, InterruptedException {
        spawnMany(10);
        final long before = openDescriptors();
        spawnMany(SPAWNS);
        // Other threads of the test's JVM may open a few.
        assertTrue(openDescriptors() < before + SPAWNS / 10, before + " before, " + openDescriptors() + " after");
    }

    private static void spawnMany(final int count) throws InterruptedException {
        for (int i = 0; i < count; i++) {
            final PosixProcess process = PosixProcess.start(shell("echo unread; echo unread >&2"));
            process.waitFor();
            assertThrows(LabException.class, () -> PosixProcess.start(new ProcessBuilder("/no/such/program")));
        }
    }

    private static long openDescriptors() throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors.count();
        }
    }

    @Test
    void shouldPassOnNoneOfOurDescriptors() throws IOException {
        try (FileInputStream ours = new FileInputStream("/proc/self/status")) {
            assertTrue(ours.getFD().valid());
            final PosixProcess process = PosixProcess.start(new ProcessBuilder("ls", "/proc/self/fd"));
            // The fourth is the directory that it lists.
            assertEquals("0\n1\n2\n3\n", text(process));
        }
    }

    @Test
    void shouldLeadAGroupUnlessItSharesOurInput() throws InterruptedException {
        final PosixProcess leader = PosixProcess.start(new ProcessBuilder("sleep", "60"));
        final PosixProcess follower =
                PosixProcess.start(new ProcessBuilder("sleep", "60").redirectInput(ProcessBuilder.Redirect.INHERIT));
        assertEquals(leader.pid(), group(leader));
        assertEquals(Posix.NATIVE.getpgid(0), group(follower));
        leader.destroyForcibly().waitFor();
        follower.destroyForcibly().waitFor();
        assertEquals(Optional.of(Signal.SIGKILL), follower.signal());
    }

    private static int group(final Process process) {
        return Posix.NATIVE.getpgid((int) process.pid());
    }

    @Test
    void shouldReadTheProcessTable() {
        final ProcessTable.Entry entry = ProcessTable.Entry.parse("42 (a) b (c)) Z 7 8 9 0 -1");
        assertEquals(new ProcessTable.Entry(42, 'Z', 7, 8, 9), entry);
        assertTrue(entry.isZombie());
        assertTrue(ProcessTable.read().stream()
                .anyMatch(each -> each.pid() == ProcessHandle.current().pid() && !each.isZombie()));
    }
}
