package dev.tailrace.runtime.container;

import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.stub.Spawn;

/// By this our process 1 tells the engine why it could not execute the program; it closes its end when it could.
final class InitPipe implements AutoCloseable {
    private final int ourFd;
    private int childFd;

    InitPipe() {
        final long pipe = Fd.pipe2(Fd.O_CLOEXEC);
        ourFd = Fd.readEnd(pipe);
        childFd = StandardStreams.aboveFixed(Fd.writeEnd(pipe));
    }

    int childFd() {
        return childFd;
    }

    /// Waits until the program runs.
    ///
    /// @param init process 1, of which nothing is left after a failure
    /// @throws StartException if it does not
    void await(final Spawn init, final Execution execution) {
        closeChildFd();
        try (Memory memory = Memory.region(Integer.BYTES)) {
            final long count = Syscall.check(Fd.read(ourFd, memory.address(), Integer.BYTES), "read", "init's pipe");
            if (count > 0) {
                init.await();
                Fd.close(init.pidFd());
                throw execution.failureOfInit(memory.buffer().getInt(0));
            }
        }
    }

    private void closeChildFd() {
        if (childFd >= 0) {
            Fd.close(childFd);
            childFd = -1;
        }
    }

    @Override
    public void close() {
        closeChildFd();
        Fd.close(ourFd);
    }
}
