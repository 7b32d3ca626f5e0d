package dev.tailrace.runtime.api;

import dev.tailrace.runtime.engine.Container;
import dev.tailrace.runtime.engine.Engine;
import dev.tailrace.runtime.engine.EngineException;
import dev.tailrace.runtime.engine.EngineException.Kind;
import dev.tailrace.runtime.log.EntryFormat;
import dev.tailrace.runtime.log.LogEntry;
import dev.tailrace.runtime.log.LogQuery;
import dev.tailrace.runtime.log.LogReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// `docker logs`.
final class LogHandlers {
    private final Engine engine;

    LogHandlers(final Engine engine) {
        this.engine = engine;
    }

    void logs(final Request request, final String name, final Exchange exchange)
            throws IOException, InterruptedException {
        final Container container = engine.container(name);
        if (!request.flag("stdout") && !request.flag("stderr")) {
            throw new EngineException(Kind.INVALID, "Bad parameters: you must choose at least one stream");
        }
        if (container.host().logDriver().equals("none")) {
            throw new EngineException(Kind.UNSUPPORTED, "configured logging driver does not support reading");
        }
        final LogQuery query = new LogQuery(
                request.flag("stdout"),
                request.flag("stderr"),
                TimeText.parse(request.text("since")),
                TimeText.parse(request.text("until")),
                tail(request.text("tail")),
                request.flag("follow"));
        final boolean hasTerminal = container.config().hasTerminal();
        final Interruption interruption = new Interruption(exchange);
        try (LogReader reader = container.log().read(query)) {
            final Frames frames =
                    new Frames(exchange.stream(200, Frames.contentType(request.version(), hasTerminal)), hasTerminal);
            copy(reader, frames, request.flag("timestamps"));
        } catch (final InterruptedException e) {
            // The client is gone.
            if (!exchange.isCancelled()) {
                throw e;
            }
        } finally {
            interruption.end();
        }
    }

    /// What is in the log now.
    static void writePast(final Container container, final Request request, final Frames frames)
            throws IOException, InterruptedException {
        final LogQuery query = new LogQuery(
                request.flag("stdout"), request.flag("stderr"), Optional.empty(), Optional.empty(), -1, false);
        try (LogReader reader = container.log().read(query)) {
            copy(reader, frames, false);
        }
    }

    private static void copy(final LogReader reader, final Frames frames, final boolean hasTimestamps)
            throws IOException, InterruptedException {
        Optional<LogEntry> next = reader.next();
        while (next.isPresent()) {
            final LogEntry entry = next.get();
            final String text = hasTimestamps ? EntryFormat.timestamp(entry.time()) + " " + entry.text() : entry.text();
            frames.write(entry.stream(), text.getBytes(StandardCharsets.UTF_8));
            next = reader.next();
        }
    }

    /// As Docker takes it: what is no number means all.
    private static long tail(final String text) {
        return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : -1;
    }
}
