package dev.tailrace.runtime.api;

import dev.tailrace.runtime.engine.Attachment;
import dev.tailrace.runtime.engine.ClientInput;
import dev.tailrace.runtime.engine.Container;
import dev.tailrace.runtime.engine.Container.Exit;
import dev.tailrace.runtime.engine.ContainerState;
import dev.tailrace.runtime.engine.Engine;
import dev.tailrace.runtime.engine.EngineException;
import dev.tailrace.runtime.engine.EngineException.Kind;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// `docker attach` and `docker wait`.
final class StreamHandlers {
    private final Engine engine;
    private final Executor workers;

    StreamHandlers(final Engine engine, final Executor workers) {
        this.engine = engine;
        this.workers = workers;
    }

    void attach(final Request request, final String name, final Exchange exchange)
            throws IOException, InterruptedException {
        final Container container = engine.container(name);
        if (container.status().state() == ContainerState.PAUSED) {
            throw new EngineException(
                    Kind.CONFLICT, "container " + name + " is paused, unpause the container before attach");
        }
        final boolean hasTerminal = container.config().hasTerminal();
        final boolean hasInput = request.flag("stdin") && container.config().isInputOpen();
        final DetachKeys keys = DetachKeys.parse(request.text("detachKeys"));
        if (!request.flag("stream")) {
            attachToPast(request, container, exchange);
            return;
        }
        try (Attachment attachment = container.attach(request.flag("stdout"), request.flag("stderr"))) {
            exchange.onCancel(attachment::close);
            final Exchange.Hijacked connection = exchange.hijack(Frames.contentType(request.version(), hasTerminal));
            final Frames frames = new Frames(connection.output(), hasTerminal);
            if (request.flag("logs")) {
                LogHandlers.writePast(container, request, frames);
            }
            final Optional<ClientInput> input = hasInput ? Optional.of(container.openInput()) : Optional.empty();
            carry(attachment, frames, connection, input, hasTerminal ? Optional.of(keys) : Optional.empty());
        }
    }

    /// Carries both directions until the output ends or the client does.
    void carry(
            final Attachment attachment,
            final Frames frames,
            final Exchange.Hijacked connection,
            final Optional<ClientInput> input,
            final Optional<DetachKeys> detachKeys)
            throws IOException, InterruptedException {
        final Optional<InputTransfer> transfer =
                input.map(to -> new InputTransfer(connection.input(), to, attachment, detachKeys));
        transfer.ifPresent(workers::execute);
        try {
            Optional<Attachment.Chunk> chunk = attachment.next();
            while (chunk.isPresent()) {
                frames.write(chunk.get().stream(), chunk.get().bytes());
                chunk = attachment.next();
            }
        } finally {
            transfer.ifPresent(InputTransfer::stop);
        }
    }

    void waitFor(final Request request, final String name, final Exchange exchange)
            throws IOException, InterruptedException {
        final Container container = engine.container(name);
        final CompletableFuture<Exit> exit = switch (request.text("condition")) {
            case "", "not-running" -> container.notRunning();
            case "next-exit" -> container.nextExit();
            case "removed" -> container.removal();
            default ->
                throw new EngineException(Kind.INVALID, "invalid condition: \"" + request.text("condition") + "\"");
        };
        exchange.onCancel(() -> exit.cancel(false));
        // The head at once: the client starts the container when it has it.
        final OutputStream out = exchange.stream(200, Headers.JSON);
        try {
            out.write(Json.bytes(json(exit.get())));
        } catch (final CancellationException e) {
            throw new IOException("the client is gone", e);
        } catch (final ExecutionException e) {
            throw new IOException("waiting for " + name + ": " + e.getCause(), e);
        }
    }

    private static void attachToPast(final Request request, final Container container, final Exchange exchange)
            throws IOException, InterruptedException {
        final boolean hasTerminal = container.config().hasTerminal();
        final Exchange.Hijacked connection = exchange.hijack(Frames.contentType(request.version(), hasTerminal));
        if (request.flag("logs")) {
            LogHandlers.writePast(container, request, new Frames(connection.output(), hasTerminal));
        }
    }

    private static Map<String, @Nullable Object> json(final Exit exit) {
        final Map<String, @Nullable Object> json = Json.object("StatusCode", exit.code());
        if (!exit.error().isEmpty()) {
            json.put("Error", Map.of("Message", exit.error()));
        }
        return json;
    }
}
