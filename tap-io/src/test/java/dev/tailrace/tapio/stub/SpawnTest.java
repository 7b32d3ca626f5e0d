package dev.tailrace.tapio.stub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.LinuxException;
import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.OwnProcess;
import dev.tailrace.tapio.linux.SyscallNumber;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SpawnTest {
    private final SyscallProgram program = new SyscallProgram(200, 4096);

    @AfterEach
    void release() {
        program.close();
    }

    @Test
    void shouldExecuteAndSayHowItEnded() {
        assertEquals(7, run("exit 7"));
    }

    @Test
    void shouldSayWhichSignalEndedIt() {
        assertEquals(128 + 15, run("kill -TERM $$"));
    }

    @Test
    void shouldKeepDescriptorsOfTheChildToItself() {
        final int event = program.add("eventfd2", "", SyscallNumber.EVENTFD2, 0, 0);
        assertEquals(0, run("exit 0"));
        final LinuxException e =
                assertThrows(LinuxException.class, () -> Fd.fcntl((int) program.result(event), Fd.F_GETFD, 0));
        assertEquals(Errno.EBADF, e.errno());
    }

    @Test
    void shouldSayWhichRecordFailedAndLeaveNothing() {
        final int dumpable = OwnProcess.dumpable();
        for (int i = 0; i < 150; i++) {
            program.add("getpid", "", SyscallNumber.GETPID);
        }
        final int failing = program.add(
                "execve", "/nowhere", SyscallNumber.EXECVE, program.memory().cString("/nowhere"));
        final LinuxException e = assertThrows(LinuxException.class, () -> Spawn.run(program, 0));
        assertEquals("execve /nowhere: ENOENT (No such file or directory)", e.getMessage());
        assertEquals(failing, program.failedRecord());
        assertEquals(dumpable, OwnProcess.dumpable());
    }

    @Test
    void shouldRefuseARecordTooMany() {
        for (int i = 0; i < 200; i++) {
            program.add("getpid", "", SyscallNumber.GETPID);
        }
        assertThrows(IllegalArgumentException.class, () -> program.add("getpid", "", SyscallNumber.GETPID));
    }

    private int run(final String script) {
        final Memory memory = program.memory();
        final long arguments = memory.allocate(4 * Long.BYTES);
        final long[] texts = {memory.cString("sh"), memory.cString("-c"), memory.cString(script), 0};
        for (int i = 0; i < texts.length; i++) {
            memory.buffer().putLong(memory.offset(arguments) + Long.BYTES * i, texts[i]);
        }
        final long none = memory.allocate(Long.BYTES);
        program.add("rt_sigprocmask", "", SyscallNumber.RT_SIGPROCMASK, 2, none, 0, Long.BYTES);
        program.add("execve", "/bin/sh", SyscallNumber.EXECVE, memory.cString("/bin/sh"), arguments, none);
        final Spawn spawn = Spawn.run(program, 0);
        try {
            return spawn.await();
        } finally {
            Fd.close(spawn.pidFd());
        }
    }
}
