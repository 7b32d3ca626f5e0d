package dev.tailrace.perf.server;

import dev.tailrace.perf.libc.SocketCalls;
import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// Pipes of one size, made ahead: the kernel allows all processes of one user 64 MiB of them
/// (`/proc/sys/fs/pipe-user-pages-soft`), so that there may be none later. For several threads.
final class Pipes {
    private final int bytes;
    private final Queue<int[]> free = new ConcurrentLinkedQueue<>();

    Pipes(final int count, final int bytes) throws IOException {
        this.bytes = bytes;
        for (int i = 0; i < count; i++) {
            free.add(LibC.pipe(bytes));
        }
    }

    /// An empty pipe, to give back or to throw away: the end to read, and the end to write.
    int[] take() throws IOException {
        final int[] pipe = free.poll();
        return pipe == null ? LibC.pipe(bytes) : pipe;
    }

    /// @param pipe with nothing in it
    void giveBack(final int[] pipe) {
        free.add(pipe);
    }

    /// For a pipe that may have bytes in it.
    static void throwAway(final int[] pipe) throws IOException {
        SocketCalls.close(pipe[0]);
        SocketCalls.close(pipe[1]);
    }
}
