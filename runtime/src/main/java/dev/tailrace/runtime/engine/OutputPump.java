package dev.tailrace.runtime.engine;

import dev.tailrace.runtime.container.ContainerProcess;
import dev.tailrace.runtime.log.LogStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// Reads a process's output until its end, a thread for each stream.
final class OutputPump {
    private static final int BUFFER_BYTES = 32 * 1024;

    private OutputPump() {}

    /// Takes output; it may hold the process up.
    interface Sink {
        void write(LogStream stream, byte[] bytes, int count) throws InterruptedException;
    }

    /// @return done when both streams have ended
    static CompletableFuture<@Nullable Void> start(
            final ContainerProcess process, final Sink sink, final Executor executor) {
        final CompletableFuture<@Nullable Void> output =
                CompletableFuture.runAsync(() -> pump(process.output(), LogStream.STDOUT, sink), executor);
        return process.error()
                .map(error -> CompletableFuture.allOf(
                        output, CompletableFuture.runAsync(() -> pump(error, LogStream.STDERR, sink), executor)))
                .orElse(output);
    }

    private static void pump(final InputStream stream, final LogStream name, final Sink sink) {
        final byte[] buffer = new byte[BUFFER_BYTES];
        try {
            int count = stream.read(buffer);
            while (count >= 0) {
                sink.write(name, buffer, count);
                count = stream.read(buffer);
            }
        } catch (final IOException e) {
            // A terminal whose last process has ended reports an error, and so does a stream that was given up: both
            // are the end.
            return;
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
