package dev.tailrace.tapio.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

class SyscallTest {
    @Test
    void shouldAnswerOurPid() {
        assertEquals(ProcessHandle.current().pid(), Syscall.call(SyscallNumber.GETPID));
    }

    @Test
    void shouldPassAllSixArguments() {
        // mmap is the call that needs all six: an offset that is no page boundary is EINVAL, a good one maps.
        assertEquals(-Errno.EINVAL, Syscall.call(SyscallNumber.MMAP, 0, 4096, 3, 0x22, -1, 1));
        final long address = Syscall.call(SyscallNumber.MMAP, 0, 4096, 3, 0x22, -1, 0);
        assertEquals(0, Syscall.call(SyscallNumber.MUNMAP, address, 4096));
    }

    @Test
    void shouldAnswerNegatedErrno() {
        assertEquals(-Errno.EBADF, Syscall.call(SyscallNumber.CLOSE, -1));
        assertEquals(-Errno.ENOSYS, Syscall.call(100_000));
    }

    @Test
    void shouldNameCallObjectAndErrno() {
        final LinuxException e = assertThrows(LinuxException.class, () -> Fd.open("/nowhere/file", Fd.O_RDONLY));
        assertEquals("open /nowhere/file: ENOENT (No such file or directory)", e.getMessage());
        assertEquals("open", e.call());
        assertEquals("/nowhere/file", e.object());
        assertEquals(Errno.ENOENT, e.errno());
    }

    @Test
    void shouldNameErrorsWithoutAName() {
        assertEquals("errno 4000", Errno.name(4000));
        assertEquals("Unknown error 4000", Errno.text(4000));
        assertEquals("errno 41", Errno.name(41));
        assertEquals("EHWPOISON", Errno.name(133));
        assertEquals("Connection refused", Errno.text(Errno.ECONNREFUSED));
    }

    @Test
    void shouldCarryBytesThroughPipe() {
        final long pipe = Fd.pipe2(Fd.O_CLOEXEC | Fd.O_NONBLOCK);
        try (Memory memory = Memory.region(64)) {
            assertEquals(-Errno.EAGAIN, Fd.read(Fd.readEnd(pipe), memory.address(), 64));
            final long text = memory.cString("tailrace");
            assertEquals(9, Fd.write(Fd.writeEnd(pipe), text, 9));
            final long copy = memory.allocate(9);
            assertEquals(9, Fd.read(Fd.readEnd(pipe), copy, 9));
            assertEquals("tailrace", memory.stringAt(copy));
            assertEquals(Fd.FD_CLOEXEC, Fd.fcntl(Fd.readEnd(pipe), Fd.F_GETFD, 0));
            assertEquals(0, Fd.close(Fd.writeEnd(pipe)));
            assertEquals(0, Fd.read(Fd.readEnd(pipe), copy, 9));
        } finally {
            Fd.close(Fd.readEnd(pipe));
        }
    }

    @Test
    void shouldReadZeroAfterDiscard() {
        try (Memory memory = Memory.region(8192)) {
            memory.buffer().putLong(4096, 42);
            memory.buffer().putLong(0, 43);
            Memory.discard(memory.address() + 4096, 4096);
            assertEquals(0, memory.buffer().getLong(4096));
            assertEquals(43, memory.buffer().getLong(0));
        }
    }

    @Test
    void shouldRefuseAllocationBeyondTheRegion() {
        try (Memory memory = Memory.region(64)) {
            assertEquals(memory.address(), memory.allocate(1));
            assertEquals(memory.address() + 8, memory.allocate(56));
            assertThrows(IllegalStateException.class, () -> memory.allocate(1));
        }
    }

    @Test
    void shouldAllocateNothingPerCall() {
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final int fd = Fd.eventfd(0, Fd.O_CLOEXEC | Fd.O_NONBLOCK);
        try (Memory memory = Memory.region(8)) {
            memory.buffer().putLong(0, 1);
            long allocated = 0;
            // The first round links call sites; the second, still interpreted, must be clean already.
            for (int round = 0; round < 2; round++) {
                final long before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < 20_000; i++) {
                    writeThenRead(fd, memory.address());
                }
                allocated = threads.getCurrentThreadAllocatedBytes() - before;
            }
            assertTrue(allocated < 20_000, "allocated " + allocated + " bytes in 40,000 calls");
        } finally {
            Fd.close(fd);
        }
    }

    private static void writeThenRead(final int fd, final long address) {
        if (Fd.write(fd, address, 8) != 8 || Fd.read(fd, address, 8) != 8) {
            throw new AssertionError("eventfd answers 8");
        }
    }
}
