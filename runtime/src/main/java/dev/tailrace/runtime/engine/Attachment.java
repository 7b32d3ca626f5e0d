package dev.tailrace.runtime.engine;

import dev.tailrace.runtime.log.LogStream;
import java.util.ArrayDeque;
import java.util.Optional;

/// What one client sees of a process's output: a bounded queue between the thread that reads the process and the one
/// that writes to the client. While it is full the process's output stands still, as with Docker.
public final class Attachment implements AutoCloseable {
    static final int BOUND_BYTES = 256 * 1024;

    private final boolean stdout;
    private final boolean stderr;

    // Guarded by this.
    private final ArrayDeque<Chunk> queue = new ArrayDeque<>();
    private long queuedBytes;
    private boolean isBounded = true;
    private boolean hasEnded;
    private boolean isClosed;

    Attachment(final boolean stdout, final boolean stderr) {
        this.stdout = stdout;
        this.stderr = stderr;
    }

    /// A piece of output; the bytes are the reader's.
    public record Chunk(LogStream stream, byte[] bytes) {}

    /// The next piece; waits for it. Empty when the process has ended and all is read, or after [#close].
    public synchronized Optional<Chunk> next() throws InterruptedException {
        while (queue.isEmpty() && !hasEnded && !isClosed) {
            wait();
        }
        if (isClosed || queue.isEmpty()) {
            return Optional.empty();
        }
        final Chunk chunk = queue.remove();
        queuedBytes -= chunk.bytes().length;
        notifyAll();
        return Optional.of(chunk);
    }

    /// The client is gone: whoever waits goes on.
    @Override
    public synchronized void close() {
        isClosed = true;
        queue.clear();
        queuedBytes = 0;
        notifyAll();
    }

    /// Waits while it is full. What comes after [#close] is dropped.
    synchronized void add(final LogStream stream, final byte[] bytes, final int count) throws InterruptedException {
        if (!(stream == LogStream.STDOUT ? stdout : stderr)) {
            return;
        }
        while (isBounded && queuedBytes >= BOUND_BYTES && !isClosed) {
            wait();
        }
        if (!isClosed) {
            final byte[] copy = new byte[count];
            System.arraycopy(bytes, 0, copy, 0, count);
            queue.add(new Chunk(stream, copy));
            queuedBytes += count;
            notifyAll();
        }
    }

    /// The process has ended: what its pipes still hold is taken however slow the client is, so that
    /// the log gets it.
    synchronized void release() {
        isBounded = false;
        notifyAll();
    }

    synchronized void end() {
        hasEnded = true;
        notifyAll();
    }

    synchronized boolean isClosed() {
        return isClosed;
    }
}
