package dev.tailrace.tapio.epoll;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.LinuxException;
import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EpollLoopTest {
    private final EpollLoop loop = new EpollLoop();
    private final Memory memory = Memory.region(4096);
    private final Set<Integer> open = new LinkedHashSet<>();
    private int calls;
    private int lastEvents;

    @AfterEach
    void closeAll() {
        loop.close();
        open.forEach(Fd::close);
        memory.close();
    }

    @Test
    void shouldTellEdgesOnce() {
        final long pipe = pipe();
        loop.register(Fd.readEnd(pipe), EpollLoop.IN | EpollLoop.EDGE_TRIGGERED, this::count);
        loop.run(0);
        assertEquals(0, calls);
        write(pipe);
        assertEquals(1, loop.run(EpollLoop.FOREVER));
        assertEquals(EpollLoop.IN, lastEvents);
        loop.run(0);
        assertEquals(1, calls);
        write(pipe);
        loop.run(EpollLoop.FOREVER);
        assertEquals(2, calls);
    }

    @Test
    void shouldTellLevelsAgain() {
        final long pipe = pipe();
        write(pipe);
        loop.register(Fd.readEnd(pipe), EpollLoop.IN, this::count);
        loop.run(EpollLoop.FOREVER);
        loop.run(EpollLoop.FOREVER);
        assertEquals(2, calls);
    }

    @Test
    void shouldTellHangUpToMaskZero() {
        final long pipe = pipe();
        final Registration registration = loop.register(Fd.readEnd(pipe), 0, this::count);
        write(pipe);
        loop.run(0);
        assertEquals(0, calls);
        closeFd(Fd.writeEnd(pipe));
        loop.run(EpollLoop.FOREVER);
        loop.run(EpollLoop.FOREVER);
        assertEquals(2, calls);
        assertEquals(EpollLoop.HUP, lastEvents);
        loop.deregister(registration);
        loop.deregister(registration);
        loop.run(0);
        assertEquals(2, calls);
    }

    @Test
    void shouldWaitNoLongerThanAsked() {
        final long startNs = System.nanoTime();
        loop.run(3_500_000);
        final long tookNs = System.nanoTime() - startNs;
        assertTrue(tookNs >= 3_000_000, () -> "woke after " + tookNs + " ns");
    }

    @Test
    void shouldEndWaitOnWakeup() throws InterruptedException {
        for (int i = 0; i < 200; i++) {
            final Thread before = Thread.ofPlatform().start(loop::wakeup);
            before.join();
            loop.run(EpollLoop.FOREVER);
            final Thread racing = Thread.ofPlatform().start(loop::wakeup);
            loop.run(EpollLoop.FOREVER);
            racing.join();
        }
        final long pipe = pipe();
        loop.register(Fd.readEnd(pipe), EpollLoop.IN | EpollLoop.EDGE_TRIGGERED, this::count);
        write(pipe);
        while (calls == 0) {
            loop.run(EpollLoop.FOREVER);
        }
    }

    @Test
    void shouldRethrowAfterOtherHandlersRan() {
        final long failing = pipe();
        final long counting = pipe();
        final long alsoFailing = pipe();
        final IllegalStateException first = new IllegalStateException("first");
        final IllegalStateException second = new IllegalStateException("second");
        loop.register(Fd.readEnd(failing), EpollLoop.IN | EpollLoop.EDGE_TRIGGERED, events -> {
            throw first;
        });
        loop.register(Fd.readEnd(counting), EpollLoop.IN | EpollLoop.EDGE_TRIGGERED, this::count);
        loop.register(Fd.readEnd(alsoFailing), EpollLoop.IN | EpollLoop.EDGE_TRIGGERED, events -> {
            throw second;
        });
        write(failing);
        write(counting);
        write(alsoFailing);
        final long startNs = System.nanoTime();
        assertSame(first, assertThrows(IllegalStateException.class, () -> loop.run(EpollLoop.FOREVER)));
        assertTrue(System.nanoTime() - startNs < 900_000_000, "the exception reached Netty, which slept");
        assertEquals(1, calls);
        assertSame(second, first.getSuppressed()[0]);
        loop.run(0);
    }

    @Test
    void shouldNotTellOldEventsToNewRegistrationOfReusedDescriptor() {
        final long first = pipe();
        final long second = pipe();
        final Registration[] registrations = new Registration[2];
        final int[] told = new int[2];
        // Both are ready in one turn; whichever comes first replaces the other's descriptor by an idle one.
        for (int i = 0; i < 2; i++) {
            final int other = 1 - i;
            final int otherFd = Fd.readEnd(i == 0 ? second : first);
            registrations[i] = loop.register(
                    Fd.readEnd(i == 0 ? first : second), EpollLoop.IN | EpollLoop.EDGE_TRIGGERED, events -> {
                        told[0]++;
                        loop.deregister(registrations[other]);
                        assertEquals(0, Fd.close(otherFd));
                        final long idle = pipe();
                        assertEquals(otherFd, Fd.readEnd(idle), "the number is used again");
                        loop.register(otherFd, EpollLoop.IN | EpollLoop.EDGE_TRIGGERED, stale -> told[1]++);
                        loop.deregister(registrations[1 - other]);
                    });
        }
        write(first);
        write(second);
        loop.run(EpollLoop.FOREVER);
        loop.run(0);
        assertEquals(1, told[0]);
        assertEquals(0, told[1]);
    }

    @Test
    void shouldTellRegistrationMadeInsideHandlerNextTurn() {
        final long first = pipe();
        final long second = pipe();
        write(second);
        loop.register(
                Fd.readEnd(first),
                EpollLoop.IN | EpollLoop.EDGE_TRIGGERED,
                events -> loop.register(Fd.readEnd(second), EpollLoop.IN | EpollLoop.EDGE_TRIGGERED, this::count));
        write(first);
        loop.run(EpollLoop.FOREVER);
        assertEquals(0, calls);
        loop.run(EpollLoop.FOREVER);
        assertEquals(1, calls);
    }

    @Test
    void shouldDeliverPostponedOncePerTurnWithoutWaiting() {
        final long pipe = pipe();
        final Registration[] self = new Registration[1];
        self[0] = loop.register(Fd.readEnd(pipe), EpollLoop.IN | EpollLoop.EDGE_TRIGGERED, events -> {
            count(events);
            if (calls < 3) {
                loop.postpone(self[0], EpollLoop.IN);
                loop.postpone(self[0], EpollLoop.IN);
            }
        });
        write(pipe);
        for (int turn = 1; turn <= 3; turn++) {
            loop.run(EpollLoop.FOREVER);
            assertEquals(turn, calls);
        }
        loop.run(0);
        assertEquals(3, calls);
    }

    @Test
    void shouldRefuseWhatCannotBeWatched() {
        final int file = Fd.open("/proc/self/exe", Fd.O_RDONLY | Fd.O_CLOEXEC);
        open.add(file);
        final LinuxException e =
                assertThrows(LinuxException.class, () -> loop.register(file, EpollLoop.IN, this::count));
        assertEquals(Errno.EPERM, e.errno());
        assertFalse(e.getMessage().isEmpty());
        final long pipe = pipe();
        loop.register(Fd.readEnd(pipe), EpollLoop.IN, this::count);
        write(pipe);
        assertEquals(1, loop.run(EpollLoop.FOREVER));
    }

    @Test
    void shouldAllocateNothingPerEvent() {
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final int[] pair = socketPair();
        loop.register(pair[0], EpollLoop.STREAM, events -> {
            count(events);
            Fd.read(pair[0], memory.address() + 64, 64);
        });
        loop.run(0);
        long bytes = 0;
        for (int round = 0; round < 20 && (round < 2 || bytes != 0); round++) {
            final long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 10_000; i++) {
                Fd.write(pair[1], memory.address(), 1);
                loop.run(i % 2 == 0 ? EpollLoop.FOREVER : 50_000_000);
            }
            bytes = threads.getCurrentThreadAllocatedBytes() - before;
        }
        assertEquals(EpollLoop.IN | EpollLoop.OUT, lastEvents);
        assertEquals(0, bytes, "bytes in 10,000 events");
    }

    private void count(final int events) {
        calls++;
        lastEvents = events;
    }

    private void write(final long pipe) {
        assertEquals(1, Fd.write(Fd.writeEnd(pipe), memory.address(), 1));
    }

    private long pipe() {
        final long pipe = Fd.pipe2(Fd.O_CLOEXEC | Fd.O_NONBLOCK);
        open.add(Fd.readEnd(pipe));
        open.add(Fd.writeEnd(pipe));
        return pipe;
    }

    private int[] socketPair() {
        final int nonBlockingStream = 1 | Fd.O_NONBLOCK | Fd.O_CLOEXEC;
        Syscall.check(
                Syscall.call(SyscallNumber.SOCKETPAIR, 1, nonBlockingStream, 0, memory.address()), "socketpair", "");
        final int[] pair = {memory.buffer().getInt(0), memory.buffer().getInt(4)};
        open.add(pair[0]);
        open.add(pair[1]);
        return pair;
    }

    private void closeFd(final int fd) {
        open.remove(fd);
        assertEquals(0, Fd.close(fd));
    }
}
