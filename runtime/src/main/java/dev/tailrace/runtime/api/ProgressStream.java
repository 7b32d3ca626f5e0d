package dev.tailrace.runtime.api;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What goes on in a long request, an object a line. The answer begins with the first: what fails before it is a plain
/// error, what fails after it an object.
final class ProgressStream {
    private final Exchange exchange;
    private @Nullable OutputStream out;

    ProgressStream(final Exchange exchange) {
        this.exchange = exchange;
    }

    /// Work that tells how it goes.
    interface Work {
        void run() throws IOException, InterruptedException;
    }

    void tell(final Map<String, @Nullable Object> line) {
        try {
            if (out == null) {
                out = exchange.stream(200, Headers.JSON);
            }
            out.write(Json.line(line));
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Runs the work, and leaves a whole answer behind.
    void run(final Work work) throws IOException, InterruptedException {
        try {
            work.run();
        } catch (final UncheckedIOException e) {
            throw e.getCause();
        } catch (final IOException | RuntimeException e) {
            if (out == null || exchange.isCancelled()) {
                throw e;
            }
            final String message = e instanceof final RuntimeException known
                    ? ErrorAnswer.of(known).message()
                    : String.valueOf(e.getMessage());
            tell(Json.object("errorDetail", Map.of("message", message), "error", message));
        }
        if (out == null) {
            exchange.send(200, Headers.JSON, new byte[0], Map.of());
        }
    }
}
