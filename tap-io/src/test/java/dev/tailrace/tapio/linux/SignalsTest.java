package dev.tailrace.tapio.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SignalsTest {
    private static final int POLLIN = 1;

    @Test
    void shouldDeliverSignalAsByte() {
        final int fd = Signals.watch(Signals.SIGUSR1, Signals.SIGHUP);
        assertEquals(0, OwnProcess.kill(OwnProcess.pid(), Signals.SIGUSR1));
        assertEquals(Signals.SIGUSR1, next(fd));
        assertEquals(0, OwnProcess.kill(OwnProcess.pid(), Signals.SIGHUP));
        assertEquals(Signals.SIGHUP, next(fd));
    }

    @Test
    void shouldSurviveManySignalsWhileJavaRuns() {
        final int fd = Signals.watch(Signals.SIGUSR1);
        for (int i = 0; i < 5_000; i++) {
            assertEquals(0, OwnProcess.kill(OwnProcess.pid(), Signals.SIGUSR1));
            assertEquals(Signals.SIGUSR1, next(fd));
        }
    }

    @Test
    void shouldIgnoreBrokenPipe() {
        Signals.ignore(Signals.SIGPIPE);
        final long pipe = Fd.pipe2(Fd.O_CLOEXEC);
        Fd.close(Fd.readEnd(pipe));
        try (Memory memory = Memory.region(1)) {
            assertEquals(-Errno.EPIPE, Fd.write(Fd.writeEnd(pipe), memory.address(), 1));
        } finally {
            Fd.close(Fd.writeEnd(pipe));
        }
    }

    @Test
    void shouldKnowIgnoredSignals() {
        assertFalse(Signals.isIgnored(Signals.SIGCHLD));
        Signals.ignore(Signals.SIGPIPE);
        assertTrue(Signals.isIgnored(Signals.SIGPIPE));
    }

    @Test
    void shouldDieBySignalAndExitWithStatus() throws Exception {
        // The launcher of a JVM reports death by signal n as 128 + n.
        assertEquals(128 + Signals.SIGTERM, runChild("term"));
        assertEquals(128 + Signals.SIGINT, runChild("int"));
        assertEquals(7, runChild("exit"));
    }

    private static int runChild(final String how) throws IOException, InterruptedException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Child.class.getName(),
                        how)
                .inheritIO()
                .start()
                .waitFor();
    }

    private static int next(final int fd) {
        try (Memory memory = Memory.region(64)) {
            memory.buffer().putInt(0, fd);
            memory.buffer().putShort(4, (short) POLLIN);
            memory.buffer().putLong(16, 10);
            long ready;
            do {
                ready = Syscall.call(SyscallNumber.PPOLL, memory.address(), 1, memory.address() + 16, 0, 8);
            } while (ready == -Errno.EINTR);
            assertEquals(1, ready, "no signal within 10 s");
            assertEquals(1, Fd.read(fd, memory.address() + 32, 1));
            return memory.buffer().getByte(32);
        }
    }

    /// Ends itself in the way that its argument says.
    static final class Child {
        private Child() {}

        public static void main(final String[] args) {
            Signals.watch(Signals.SIGTERM, Signals.SIGINT);
            switch (args[0]) {
                case "term" -> Signals.restoreDefaultAndRaise(Signals.SIGTERM);
                case "int" -> Signals.restoreDefaultAndRaise(Signals.SIGINT);
                default -> OwnProcess.exitNow(7);
            }
        }
    }
}
