package dev.tailrace.runtime.api;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// What a client sends, for the worker: a queue that the event loop fills, and stops reading for while it is full.
final class RequestBody extends InputStream {
    /// One read of the loop may exceed it by its own size, no more.
    static final int BOUND_BYTES = 256 * 1024;

    private final Runnable readMore;

    // Guarded by this.
    private final ArrayDeque<ByteBuf> queue = new ArrayDeque<>();
    private long queuedBytes;
    private boolean hasEnded;
    private boolean isClosed;
    private @Nullable String failure;

    /// @param readMore lets the event loop read on; called by the worker
    RequestBody(final Runnable readMore) {
        this.readMore = readMore;
    }

    /// Takes the buffer over. On the event loop.
    synchronized void add(final ByteBuf bytes) {
        if (isClosed || !bytes.isReadable()) {
            bytes.release();
            return;
        }
        queue.add(bytes);
        queuedBytes += bytes.readableBytes();
        notifyAll();
    }

    synchronized boolean wantsMore() {
        return queuedBytes < BOUND_BYTES && !hasEnded;
    }

    synchronized boolean hasEnded() {
        return hasEnded;
    }

    synchronized void end() {
        hasEnded = true;
        notifyAll();
    }

    /// The client is gone before the end.
    synchronized void fail(final String reason) {
        if (!hasEnded) {
            failure = reason;
            hasEnded = true;
        }
        notifyAll();
    }

    @Override
    public int read() throws IOException {
        final byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(final byte[] bytes, final int offset, final int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        final int count;
        final boolean hasRoomAgain;
        synchronized (this) {
            final ByteBuf first = await();
            if (first == null) {
                return -1;
            }
            count = Math.min(length, first.readableBytes());
            first.readBytes(bytes, offset, count);
            queuedBytes -= count;
            hasRoomAgain = queuedBytes < BOUND_BYTES && queuedBytes + count >= BOUND_BYTES;
            if (!first.isReadable()) {
                queue.remove().release();
            }
        }
        if (hasRoomAgain) {
            readMore.run();
        }
        return count;
    }

    @Override
    public synchronized int available() {
        return (int) queuedBytes;
    }

    /// Gives back what nobody has read.
    @Override
    public synchronized void close() {
        isClosed = true;
        queue.forEach(ByteBuf::release);
        queue.clear();
        queuedBytes = 0;
        notifyAll();
    }

    private synchronized @Nullable ByteBuf await() throws IOException {
        while (queue.isEmpty() && !hasEnded && !isClosed) {
            try {
                wait();
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while reading the request");
            }
        }
        if (isClosed || queue.isEmpty()) {
            if (failure != null) {
                throw new IOException(failure);
            }
            return null;
        }
        return queue.peek();
    }
}
