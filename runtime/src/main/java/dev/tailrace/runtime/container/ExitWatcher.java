package dev.tailrace.runtime.container;

import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.LinuxException;
import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;
import dev.tailrace.tapio.stub.Spawn;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

/// Waits for the ends of processes, all in one thread, and takes their exit codes from the kernel.
final class ExitWatcher {
    private static final short POLLIN = 1;

    /// struct pollfd: {descriptor, events, what happened}.
    private static final int POLL_LENGTH = 8;

    private static final int EVENTS_OFFSET = 4;
    private static final int HAPPENED_OFFSET = 6;

    private final ConcurrentLinkedQueue<Watch> added = new ConcurrentLinkedQueue<>();
    private final int wakeFd = Fd.eventfd(0, Fd.O_CLOEXEC | Fd.O_NONBLOCK);

    ExitWatcher() {
        Thread.ofPlatform().daemon().name("container-exits").start(this::run);
    }

    private record Watch(Spawn process, CompletableFuture<Integer> exit) {}

    /// Completes `exit` with the exit code, in a thread of its own.
    void watch(final Spawn process, final CompletableFuture<Integer> exit) {
        added.add(new Watch(process, exit));
        try (Memory one = Memory.region(Long.BYTES)) {
            one.buffer().putLong(0, 1);
            Fd.write(wakeFd, one.address(), Long.BYTES);
        }
    }

    private void run() {
        final List<Watch> watches = new ArrayList<>();
        while (true) {
            for (Watch watch = added.poll(); watch != null; watch = added.poll()) {
                watches.add(watch);
            }
            try (Memory memory = Memory.region(POLL_LENGTH * (watches.size() + 1) + Long.BYTES)) {
                final int count = watches.size();
                put(memory, count, wakeFd);
                for (int i = 0; i < count; i++) {
                    put(memory, i, watches.get(i).process().pidFd());
                }
                final long result = Syscall.call(SyscallNumber.PPOLL, memory.address(), count + 1, 0, 0, 0);
                if (result < 0 && result != -Errno.EINTR) {
                    throw new LinuxException("ppoll", "processes", (int) -result);
                }
                for (int i = count - 1; result > 0 && i >= 0; i--) {
                    if (memory.buffer().getShort(POLL_LENGTH * i + HAPPENED_OFFSET) != 0) {
                        end(watches.remove(i));
                    }
                }
                Fd.read(wakeFd, memory.address(), Long.BYTES);
            }
        }
    }

    private static void end(final Watch watch) {
        try {
            final int code = watch.process().await();
            watch.exit().completeAsync(() -> code, Thread::startVirtualThread);
        } catch (final LinuxException e) {
            watch.exit().completeExceptionally(e);
        }
    }

    private static void put(final Memory memory, final int index, final int fd) {
        memory.buffer().putInt(POLL_LENGTH * index, fd);
        memory.buffer().putShort(POLL_LENGTH * index + EVENTS_OFFSET, POLLIN);
    }
}
