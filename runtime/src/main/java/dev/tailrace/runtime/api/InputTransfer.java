package dev.tailrace.runtime.api;

import dev.tailrace.runtime.engine.Attachment;
import dev.tailrace.runtime.engine.ClientInput;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Carries what a client writes to a process, on a thread of its own, until one of them has enough.
final class InputTransfer implements Runnable {
    private static final int BUFFER_BYTES = 32 * 1024;

    private final InputStream from;
    private final ClientInput to;
    private final Attachment attachment;
    private final Optional<DetachKeys> detachKeys;

    // Guarded by this.
    private @Nullable Thread thread;
    private boolean isStopped;

    /// @param attachment is closed, so that the connection ends, when the client's end of input is not
    /// the process's
    InputTransfer(
            final InputStream from,
            final ClientInput to,
            final Attachment attachment,
            final Optional<DetachKeys> detachKeys) {
        this.from = from;
        this.to = to;
        this.attachment = attachment;
        this.detachKeys = detachKeys;
    }

    @Override
    public void run() {
        if (!begin()) {
            return;
        }
        try {
            transfer();
        } catch (final IOException e) {
            // The process reads no more, or the client is gone: its output goes on, or ends, by itself.
            return;
        } catch (final InterruptedException e) {
            // Stopped: the connection is over.
            return;
        } finally {
            end();
        }
    }

    /// Ends it, wherever it waits.
    synchronized void stop() {
        isStopped = true;
        if (thread != null) {
            thread.interrupt();
        }
    }

    private void transfer() throws IOException, InterruptedException {
        final byte[] buffer = new byte[BUFFER_BYTES];
        int count = from.read(buffer);
        while (count >= 0) {
            final byte[] bytes =
                    detachKeys.isPresent() ? detachKeys.get().pass(buffer, count) : Arrays.copyOf(buffer, count);
            if (bytes.length > 0) {
                to.write(bytes);
            }
            if (detachKeys.map(DetachKeys::isComplete).orElse(false)) {
                attachment.close();
                return;
            }
            count = from.read(buffer);
        }
        if (!to.finish()) {
            attachment.close();
        }
    }

    private synchronized boolean begin() {
        thread = Thread.currentThread();
        return !isStopped;
    }

    /// The thread goes back to its pool without an interrupt meant for this.
    private synchronized void end() {
        thread = null;
        Thread.interrupted();
    }
}
