package dev.tailrace.runtime.engine;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// The standard input of a process that may not run yet: bounded, written by clients, moved into the process by a
/// thread while it runs. Safe for several threads.
final class ProcessInput {
    static final int BOUND_BYTES = 64 * 1024;

    private final Executor executor;

    // Guarded by this.
    private final ArrayDeque<byte[]> queue = new ArrayDeque<>();
    private long queuedBytes;
    private boolean isFinished;
    private long run;
    private @Nullable OutputStream target;

    ProcessInput(final Executor executor) {
        this.executor = executor;
    }

    /// Waits while it is full.
    ///
    /// @throws IOException the process has ended while it was, or its input was closed before
    synchronized void write(final byte[] bytes) throws IOException, InterruptedException {
        final long startedIn = run;
        while (queuedBytes >= BOUND_BYTES && run == startedIn && !isFinished) {
            wait();
        }
        if (isFinished || run != startedIn) {
            throw new IOException("the input is closed");
        }
        queue.add(bytes);
        queuedBytes += bytes.length;
        notifyAll();
    }

    /// The end of the input follows what is written.
    synchronized void finish() {
        isFinished = true;
        notifyAll();
    }

    /// The process runs and reads `processInput`.
    synchronized void begin(final OutputStream processInput) {
        target = processInput;
        final long current = run;
        executor.execute(() -> move(processInput, current));
    }

    /// The process has ended; the next may begin.
    synchronized void end() {
        run++;
        queue.clear();
        queuedBytes = 0;
        isFinished = false;
        target = null;
        notifyAll();
    }

    private void move(final OutputStream processInput, final long current) {
        try {
            byte[] bytes = take(current);
            while (bytes != null) {
                processInput.write(bytes);
                processInput.flush();
                bytes = take(current);
            }
            if (isCurrent(current)) {
                processInput.close();
            }
        } catch (final IOException | UncheckedIOException e) {
            // The process reads no more: what clients still write is dropped, as a broken pipe would.
            drop(current);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Null at the end of the input or of the process.
    private synchronized byte @Nullable [] take(final long current) throws InterruptedException {
        while (queue.isEmpty() && !isFinished && run == current) {
            wait();
        }
        if (run != current || queue.isEmpty()) {
            return null;
        }
        final byte[] bytes = queue.remove();
        queuedBytes -= bytes.length;
        notifyAll();
        return bytes;
    }

    private synchronized boolean isCurrent(final long current) {
        return run == current && target != null;
    }

    private synchronized void drop(final long current) {
        if (run == current) {
            isFinished = true;
            queue.clear();
            queuedBytes = 0;
            notifyAll();
        }
    }
}
