package dev.tailrace.runtime.api;

import dev.tailrace.runtime.engine.Container;
import dev.tailrace.runtime.engine.Engine;
import dev.tailrace.runtime.engine.EngineException;
import dev.tailrace.runtime.engine.EngineException.Kind;
import dev.tailrace.runtime.engine.ProcessTable;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Containers, but for their streams.
final class ContainerHandlers {
    private static final int EXPORT_BUFFER_BYTES = 64 * 1024;

    private final Engine engine;
    private final ContainerList list;

    ContainerHandlers(final Engine engine) {
        this.engine = engine;
        this.list = new ContainerList(engine);
    }

    void list(final Request request, final String name, final Exchange exchange) throws IOException {
        final List<Object> summaries = new ArrayList<>();
        for (final Container container : list.select(request)) {
            summaries.add(ContainerSummary.json(
                    engine, container, engine.clock().instant(), request.flag("size"), request.version()));
        }
        Json.send(exchange, 200, summaries);
    }

    void create(final Request request, final String name, final Exchange exchange) throws IOException {
        final Engine.Created created =
                engine.create(CreateReader.read(request.text("name"), request.text("platform"), request.json()));
        Json.send(exchange, 201, Json.object("Id", created.container().id(), "Warnings", created.warnings()));
    }

    void inspect(final Request request, final String name, final Exchange exchange) throws IOException {
        Json.send(
                exchange,
                200,
                ContainerDetails.json(engine, engine.container(name), request.flag("size"), request.version()));
    }

    void top(final Request request, final String name, final Exchange exchange) throws IOException {
        final ProcessTable table = engine.top(engine.container(name), request.text("ps_args"));
        Json.send(exchange, 200, Json.object("Titles", table.titles(), "Processes", table.processes()));
    }

    void changes(final Request request, final String name, final Exchange exchange) throws IOException {
        final List<Object> changes = new ArrayList<>();
        engine.container(name)
                .root()
                .changes()
                .forEach(change -> changes.add(
                        Json.object("Path", change.path(), "Kind", change.kind().ordinal())));
        Json.send(exchange, 200, changes);
    }

    void export(final Request request, final String name, final Exchange exchange) throws IOException {
        final Container container = engine.container(name);
        try (OutputStream tar = new BufferedOutputStream(exchange.stream(200, Headers.TAR), EXPORT_BUFFER_BYTES)) {
            engine.export(container, tar);
        }
    }

    void start(final Request request, final String name, final Exchange exchange) throws IOException {
        engine.start(engine.container(name));
        Json.sendNothing(exchange);
    }

    void stop(final Request request, final String name, final Exchange exchange) throws IOException {
        engine.stop(engine.container(name), request.number("t"), request.text("signal"));
        Json.sendNothing(exchange);
    }

    void restart(final Request request, final String name, final Exchange exchange) throws IOException {
        engine.restart(engine.container(name), request.number("t"), request.text("signal"));
        Json.sendNothing(exchange);
    }

    void kill(final Request request, final String name, final Exchange exchange) throws IOException {
        engine.kill(engine.container(name), request.text("signal"));
        Json.sendNothing(exchange);
    }

    void pause(final Request request, final String name, final Exchange exchange) throws IOException {
        engine.pause(engine.container(name));
        Json.sendNothing(exchange);
    }

    void unpause(final Request request, final String name, final Exchange exchange) throws IOException {
        engine.unpause(engine.container(name));
        Json.sendNothing(exchange);
    }

    void rename(final Request request, final String name, final Exchange exchange) throws IOException {
        engine.rename(engine.container(name), request.text("name"));
        Json.sendNothing(exchange);
    }

    void resize(final Request request, final String name, final Exchange exchange) throws IOException {
        engine.resize(engine.container(name), rows(request), columns(request));
        exchange.send(200, "", new byte[0], Map.of());
    }

    void remove(final Request request, final String name, final Exchange exchange) throws IOException {
        if (request.flag("link")) {
            throw new EngineException(Kind.UNSUPPORTED, "links: not supported by this engine");
        }
        engine.remove(engine.container(name), request.flag("force"), request.flag("v"));
        Json.sendNothing(exchange);
    }

    static int rows(final Request request) {
        return size(request, "h");
    }

    static int columns(final Request request) {
        return size(request, "w");
    }

    private static int size(final Request request, final String name) {
        final int size = request.number(name).orElse(-1);
        if (size < 0 || size > 65_535) {
            throw new EngineException(Kind.INVALID, "invalid size of a terminal: " + name + "=" + request.text(name));
        }
        return size;
    }
}
