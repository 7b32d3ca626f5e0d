package dev.tailrace.runtime.registry;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The body of an answer as a stream whose reads do not wait for ever: a connection over which nothing
/// comes is one that is cut. (The stream of the HTTP client itself waits as long as the kernel keeps
/// the connection.)
final class TimedBody extends InputStream implements BodySubscriber<InputStream> {
    private static final long SILENCE_S = 60;

    /// What the client may have read ahead: buffers of 16 KiB each.
    private static final int MOST_BUFFERS = 64;

    private final CompletableFuture<InputStream> ready = CompletableFuture.completedFuture(this);

    // Guarded by this.
    private final ArrayDeque<ByteBuffer> queue = new ArrayDeque<>();
    private @Nullable Subscription subscription;
    private @Nullable Throwable failure;
    private int wanted;
    private boolean hasEnded;
    private boolean isClosed;

    private TimedBody() {}

    static BodyHandler<InputStream> handler() {
        return _ -> new TimedBody();
    }

    @Override
    public CompletionStage<InputStream> getBody() {
        return ready;
    }

    @Override
    public void onSubscribe(final Subscription given) {
        final boolean isUnwanted;
        synchronized (this) {
            subscription = given;
            isUnwanted = isClosed;
            wanted = 1;
        }
        if (isUnwanted) {
            given.cancel();
        } else {
            given.request(1);
        }
    }

    @Override
    public void onNext(final List<ByteBuffer> buffers) {
        final boolean hasRoom;
        synchronized (this) {
            wanted--;
            if (isClosed) {
                return;
            }
            queue.addAll(buffers);
            hasRoom = takeMore();
            notifyAll();
        }
        if (hasRoom) {
            request();
        }
    }

    @Override
    public synchronized void onError(final Throwable cause) {
        failure = cause;
        notifyAll();
    }

    @Override
    public synchronized void onComplete() {
        hasEnded = true;
        notifyAll();
    }

    @Override
    public int read() throws IOException {
        final byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(final byte[] target, final int offset, final int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        final int count;
        final boolean hasRoom;
        synchronized (this) {
            final ByteBuffer first = await();
            if (first == null) {
                return -1;
            }
            count = Math.min(length, first.remaining());
            first.get(target, offset, count);
            hasRoom = takeMore();
        }
        if (hasRoom) {
            request();
        }
        return count;
    }

    /// Lets the connection go if not all of it was read.
    @Override
    public void close() {
        final Subscription open;
        synchronized (this) {
            isClosed = true;
            queue.clear();
            open = hasEnded ? null : subscription;
            notifyAll();
        }
        if (open != null) {
            open.cancel();
        }
    }

    private @Nullable ByteBuffer await() throws IOException {
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(SILENCE_S);
        while (true) {
            while (!queue.isEmpty() && !queue.peek().hasRemaining()) {
                queue.remove();
            }
            if (isClosed) {
                throw new IOException("closed");
            }
            if (!queue.isEmpty()) {
                return queue.peek();
            }
            if (failure != null) {
                throw new IOException(String.valueOf(failure.getMessage()), failure);
            }
            if (hasEnded) {
                return null;
            }
            final long leftMs = TimeUnit.NANOSECONDS.toMillis(deadlineNs - System.nanoTime());
            if (leftMs <= 0) {
                throw new IOException("nothing has come for " + SILENCE_S + " s");
            }
            try {
                wait(leftMs);
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while reading an answer");
            }
        }
    }

    /// Whether the next buffers are to be asked for. One request is under way at a time.
    private synchronized boolean takeMore() {
        if (wanted > 0 || queue.size() >= MOST_BUFFERS || hasEnded || isClosed) {
            return false;
        }
        wanted++;
        return true;
    }

    private void request() {
        final Subscription open;
        synchronized (this) {
            open = subscription;
        }
        if (open != null) {
            open.request(1);
        }
    }
}
