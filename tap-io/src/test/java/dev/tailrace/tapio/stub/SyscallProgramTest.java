package dev.tailrace.tapio.stub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.LinuxException;
import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.OwnProcess;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SyscallProgramTest {
    private final SyscallProgram program = new SyscallProgram();

    @AfterEach
    void release() {
        program.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {SyscallNumber.CLONE3, -1})
    void shouldRunInAnotherProcessAndShareDescriptors(final int cloneNumber) {
        final int pid = program.add("getpid", "", SyscallNumber.GETPID);
        final int event = program.add("eventfd2", "", SyscallNumber.EVENTFD2, 3, Fd.O_CLOEXEC | Fd.O_NONBLOCK);
        program.run(cloneNumber);
        assertNotEquals(OwnProcess.pid(), program.result(pid));
        assertTrue(program.result(pid) > 0);
        final int fd = (int) program.result(event);
        assertEquals(8, Fd.read(fd, program.memory().allocate(8), 8));
        assertEquals(0, Fd.close(fd));
    }

    @Test
    void shouldPassSixArgumentsAndTakeEachFromEarlierResult() {
        // mmap answers the hint it is given with MAP_FIXED; each argument comes from a record that yields its value.
        final int map = program.add("mmap", "", SyscallNumber.MMAP, 0, 8192, 3, 0x22, -1, 0);
        final int event = program.add("eventfd2", "", SyscallNumber.EVENTFD2, 0, Fd.O_CLOEXEC);
        final int flags = program.add("fcntl", "", SyscallNumber.FCNTL, 0, Fd.F_GETFD, 0);
        program.argumentFrom(flags, 0, event);
        final int again = program.add("mmap", "", SyscallNumber.MMAP, 0, 8192, 3, 0x32, -1, 0);
        program.argumentFrom(again, 0, map);
        final int unmap = program.add("munmap", "", SyscallNumber.MUNMAP, 0, 8192);
        program.argumentFrom(unmap, 0, again);
        program.run();
        assertEquals(program.result(map), program.result(again));
        assertEquals(Fd.FD_CLOEXEC, program.result(flags));
        assertEquals(0, program.result(unmap));
        Fd.close((int) program.result(event));
    }

    @Test
    void shouldTakeEveryArgumentFromItsOwnRecord() {
        for (int argument = 0; argument < 6; argument++) {
            try (SyscallProgram one = new SyscallProgram()) {
                final long[] arguments = {0, 4096, 3, 0x22, -1, 0};
                final int source = one.add("lseek", "", SyscallNumber.LSEEK, -1, 0, 0);
                one.ignoreError(source);
                final int target = one.add("mmap", "", SyscallNumber.MMAP, arguments);
                one.argumentFrom(target, argument, source);
                one.ignoreError(target);
                one.run();
                assertEquals(-Errno.EBADF, one.result(source));
                // -9 as: address hint (maps), length (ENOMEM), protection, flags, fd of MAP_ANONYMOUS (unused), offset.
                final long result = one.result(target);
                final boolean isError = result < 0;
                assertEquals(argument == 1 || argument == 3 || argument == 5, isError, "argument " + argument);
                if (!isError) {
                    Memory.unmap(result, 4096);
                }
            }
        }
    }

    @Test
    void shouldStopAtFirstErrorAndNameIt() {
        final int first = program.add("getpid", "", SyscallNumber.GETPID);
        final int failing = program.add("close", "fd -1", SyscallNumber.CLOSE, -1);
        final int never = program.add("getpid", "", SyscallNumber.GETPID);
        final LinuxException e = assertThrows(LinuxException.class, program::run);
        assertEquals("close fd -1: EBADF (Bad file descriptor)", e.getMessage());
        assertTrue(program.result(first) > 0);
        assertEquals(-Errno.EBADF, program.result(failing));
        assertEquals(SyscallProgram.NOT_EXECUTED, program.result(never));
    }

    @Test
    void shouldGoOnAfterIgnoredError() {
        final int failing = program.add("close", "fd -1", SyscallNumber.CLOSE, -1);
        program.ignoreError(failing);
        final int next = program.add("getpid", "", SyscallNumber.GETPID);
        program.run();
        assertEquals(-Errno.EBADF, program.result(failing));
        assertTrue(program.result(next) > 0);
    }

    @Test
    void shouldStoreGoodResultsOnly() {
        final long word = program.memory().allocate(8);
        program.memory().buffer().putLong(program.memory().offset(word), -1L);
        final int failing = program.add("close", "", SyscallNumber.CLOSE, -1);
        program.ignoreError(failing);
        program.storeResult(failing, word);
        final int pid = program.add("getpid", "", SyscallNumber.GETPID);
        program.storeResult(pid, word + 4);
        program.run();
        assertEquals(-1, program.memory().buffer().getInt(program.memory().offset(word)));
        assertEquals(
                program.result(pid),
                program.memory().buffer().getInt(program.memory().offset(word) + 4));
    }

    @Test
    void shouldJumpByOutcome() {
        final int good = program.add("getpid", "", SyscallNumber.GETPID);
        final int passedOver = program.add("close", "", SyscallNumber.CLOSE, -1);
        program.jump(good, program.end());
        final int bad = program.add("close", "", SyscallNumber.CLOSE, -1);
        final int passedOverToo = program.add("close", "", SyscallNumber.CLOSE, -1);
        program.jumpOnError(bad, program.end());
        program.jump(bad, passedOverToo);
        final int last = program.add("getppid", "", SyscallNumber.GETPPID);
        program.run();
        assertEquals(SyscallProgram.NOT_EXECUTED, program.result(passedOver));
        assertEquals(SyscallProgram.NOT_EXECUTED, program.result(passedOverToo));
        assertEquals(OwnProcess.pid(), program.result(last));
    }

    @Test
    void shouldRunAgain() {
        final int pid = program.add("getpid", "", SyscallNumber.GETPID);
        program.run();
        final long first = program.result(pid);
        program.run();
        assertNotEquals(first, program.result(pid));
    }

    @Test
    void shouldReportDeathBySignalAndRestoreDumpable() {
        final int before = OwnProcess.dumpable();
        final int pid = program.add("getpid", "", SyscallNumber.GETPID);
        program.argumentFrom(program.add("kill", "self", SyscallNumber.KILL, 0, 9), 0, pid);
        assertThrows(IllegalStateException.class, program::run);
        assertEquals(before, OwnProcess.dumpable());
    }

    @Test
    void shouldRefuseTooManyArguments() {
        assertThrows(IllegalArgumentException.class, () -> program.add("x", "", 1, 1, 2, 3, 4, 5, 6, 7));
    }

    @Test
    @Timeout(60)
    void shouldRunOnEveryThreadOfOurOwn() throws IOException {
        final int thread = program.add("gettid", "", SyscallNumber.GETTID);
        final int process = program.add("getpid", "", SyscallNumber.GETPID);
        int threads = 0;
        for (final Path task : tasks()) {
            final int tid = Integer.parseInt(task.getFileName().toString());
            if (program.runOn(tid)) {
                threads++;
                assertEquals(tid, program.result(thread));
                assertEquals(OwnProcess.pid(), program.result(process));
            }
        }
        assertTrue(threads > 5, "a JVM has more than " + threads + " threads");
    }

    @Test
    @Timeout(60)
    void shouldNotDisturbTheThreadThatItInterrupts() throws Exception {
        program.add("getpid", "", SyscallNumber.GETPID);
        final CompletableFuture<Integer> tid = new CompletableFuture<>();
        final AtomicBoolean stop = new AtomicBoolean();
        final CompletableFuture<Long> sum = CompletableFuture.supplyAsync(() -> {
            tid.complete((int) Syscall.call(SyscallNumber.GETTID));
            long wrong = 0;
            while (!stop.get()) {
                wrong += sumOfSquares(1000) == 332_833_500L ? 0 : 1;
            }
            return wrong;
        });
        for (int i = 0; i < 5_000; i++) {
            assertTrue(program.runOn(tid.get()));
        }
        stop.set(true);
        assertEquals(0, sum.get());
    }

    @Test
    void shouldSayWhichCallOfAThreadFailed() {
        program.add("getpid", "", SyscallNumber.GETPID);
        program.add("close", "nothing", SyscallNumber.CLOSE, -1);
        final int never = program.add("getpid", "", SyscallNumber.GETPID);
        final int tid = (int) Syscall.call(SyscallNumber.GETTID);
        final LinuxException e = assertThrows(LinuxException.class, () -> program.runOn(tid));
        assertEquals("close nothing: EBADF (Bad file descriptor)", e.getMessage());
        assertEquals(SyscallProgram.NOT_EXECUTED, program.result(never));
    }

    @Test
    void shouldPassOverAThreadThatHasEnded() {
        program.add("getpid", "", SyscallNumber.GETPID);
        assertFalse(program.runOn(Integer.MAX_VALUE));
    }

    private static long sumOfSquares(final int count) {
        long sum = 0;
        for (int i = 0; i < count; i++) {
            sum += (long) i * i;
        }
        return sum;
    }

    private static List<Path> tasks() throws IOException {
        try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
            return tasks.toList();
        }
    }
}
