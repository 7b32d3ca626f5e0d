package dev.tailrace.tapio.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A program that makes a system call that the filter of the product blocks.
class BlockedCallTest {
    private static final int DIED_OF_SIGSYS = 128 + 31;

    @ParameterizedTest
    @ValueSource(strings = {"execve", "open-to-write", "fork-in-another-thread"})
    void shouldNameTheCallAndDieOfIt(final String what) throws Exception {
        final Process process = start(what);
        final String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(DIED_OF_SIGSYS, process.waitFor(), output);
        assertEquals("filtered\nslirp4netns: seccomp: blocked system call " + number(what) + "\n", output);
    }

    @Test
    void shouldLetAJvmCompileCollectAndStartThreads() throws Exception {
        final Process process = start("live");
        final String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        assertEquals("filtered\nsurvived\n", output);
    }

    private static Process start(final String what) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx32m",
                        "-XX:-UsePerfData",
                        "-XX:-CreateCoredumpOnCrash",
                        "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Child.class.getName(),
                        what)
                .redirectErrorStream(true)
                .start();
    }

    private static int number(final String what) {
        return switch (what) {
            case "execve" -> SyscallNumber.EXECVE;
            case "open-to-write" -> SyscallNumber.OPENAT;
            default -> SyscallNumber.CLONE;
        };
    }

    /// Goes behind the filter and does what its argument says.
    static final class Child {
        private static final int AT_FDCWD = -100;
        private static final int SIGCHLD = 17;

        private Child() {}

        public static void main(final String[] args) throws InterruptedException {
            if (args[0].equals("live")) {
                live();
                return;
            }
            final Thread other = new Thread(() -> call(args[0]));
            Sandbox.enter(new SandboxOptions(false, true), List.of(), System.err::println);
            System.out.println("filtered");
            if (args[0].endsWith("another-thread")) {
                other.start();
                other.join();
            } else {
                call(args[0]);
            }
            System.out.println("survived");
        }

        /// What the JVM does of itself, late: threads, compilation, collections, heap that grows and shrinks, an end.
        private static void live() throws InterruptedException {
            Sandbox.enter(new SandboxOptions(false, true), List.of(), System.err::println);
            System.out.println("filtered");
            final Thread[] threads = new Thread[8];
            for (int i = 0; i < threads.length; i++) {
                threads[i] = new Thread(Child::makeGarbage, "late-" + i);
                threads[i].start();
            }
            for (final Thread thread : threads) {
                thread.join();
            }
            System.gc();
            System.out.println("survived");
        }

        private static void makeGarbage() {
            final ArrayDeque<byte[]> kept = new ArrayDeque<>();
            for (int i = 0; i < 20_000; i++) {
                kept.add(new byte[1 + i % 9000]);
                if (kept.size() > 100) {
                    kept.remove();
                }
            }
        }

        private static void call(final String what) {
            try (Memory memory = Memory.region(4096)) {
                final long path = memory.cString("/dev/null");
                switch (what) {
                    case "execve" -> Syscall.call(SyscallNumber.EXECVE, path, 0, 0);
                    case "open-to-write" -> Syscall.call(SyscallNumber.OPENAT, AT_FDCWD, path, Fd.O_WRONLY, 0);
                    default -> Syscall.call(SyscallNumber.CLONE, SIGCHLD, 0, 0, 0, 0);
                }
            }
        }
    }
}
