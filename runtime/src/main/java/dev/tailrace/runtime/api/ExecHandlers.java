package dev.tailrace.runtime.api;

import dev.tailrace.runtime.engine.Attachment;
import dev.tailrace.runtime.engine.ClientInput;
import dev.tailrace.runtime.engine.Engine;
import dev.tailrace.runtime.engine.EngineException;
import dev.tailrace.runtime.engine.ExecConfig;
import dev.tailrace.runtime.engine.ExecSession;
import dev.tailrace.runtime.log.LogStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;

/// `docker exec`.
final class ExecHandlers {
    private final Engine engine;
    private final StreamHandlers streams;

    ExecHandlers(final Engine engine, final Executor workers) {
        this.engine = engine;
        this.streams = new StreamHandlers(engine, workers);
    }

    void create(final Request request, final String name, final Exchange exchange) throws IOException {
        final Fields body = request.json();
        final ExecConfig config = new ExecConfig(
                body.strings("Cmd"),
                body.string("User"),
                body.string("WorkingDir"),
                body.strings("Env"),
                body.bool("Privileged"),
                body.bool("Tty"),
                body.bool("AttachStdin"),
                body.bool("AttachStdout"),
                body.bool("AttachStderr"));
        final ExecSession session = engine.execs().create(engine.container(name), config);
        Json.send(exchange, 201, Json.object("Id", session.id()));
    }

    void start(final Request request, final String id, final Exchange exchange)
            throws IOException, InterruptedException {
        final ExecSession session = engine.execs().get(id);
        final Fields body = request.json();
        if (body.bool("Detach")) {
            engine.execs().start(session);
            exchange.send(200, "", new byte[0], Map.of());
            return;
        }
        final boolean hasTerminal = session.config().hasTerminal();
        // Before the start, so that no output is missed.
        try (Attachment attachment = session.attach()) {
            exchange.onCancel(attachment::close);
            engine.execs().claim(session);
            // The head goes first, as Docker's does: docker-py loses output that comes together with it.
            final Exchange.Hijacked connection = exchange.hijack(Frames.contentType(request.version(), hasTerminal));
            final Optional<String> failure = run(session);
            resize(session, body.numbers("ConsoleSize"));
            final Frames frames = new Frames(connection.output(), hasTerminal);
            if (failure.isPresent()) {
                frames.write(LogStream.STDOUT, (failure.get() + "\r\n").getBytes(StandardCharsets.UTF_8));
                return;
            }
            final Optional<ClientInput> input =
                    session.config().attachesInput() ? Optional.of(session.openInput()) : Optional.empty();
            streams.carry(
                    attachment,
                    frames,
                    connection,
                    input,
                    hasTerminal ? Optional.of(DetachKeys.parse("")) : Optional.empty());
        }
    }

    /// A program that cannot be started is output and an exit code to Docker's client, not an error.
    ///
    /// @return why it could not be started
    private Optional<String> run(final ExecSession session) {
        try {
            engine.execs().run(session);
            return Optional.empty();
        } catch (final EngineException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    void resize(final Request request, final String id, final Exchange exchange) throws IOException {
        engine.execs()
                .resize(engine.execs().get(id), ContainerHandlers.rows(request), ContainerHandlers.columns(request));
        exchange.send(200, "", new byte[0], Map.of());
    }

    /// A command that has ended before it could be resized has no use for it.
    private void resize(final ExecSession session, final List<Long> rowsAndColumns) {
        if (session.config().hasTerminal() && rowsAndColumns.size() == 2 && session.isRunning()) {
            engine.execs()
                    .resize(
                            session,
                            rowsAndColumns.getFirst().intValue(),
                            rowsAndColumns.getLast().intValue());
        }
    }

    void inspect(final Request request, final String id, final Exchange exchange) throws IOException {
        final ExecSession session = engine.execs().get(id);
        final ExecConfig config = session.config();
        Json.send(
                exchange,
                200,
                Json.object(
                        "ID", session.id(),
                        "Running", session.isRunning(),
                        "ExitCode", session.exitCode().orElse(null),
                        "ProcessConfig",
                                Json.object(
                                        "tty", config.hasTerminal(),
                                        "entrypoint", config.command().getFirst(),
                                        "arguments",
                                                config.command()
                                                        .subList(
                                                                1,
                                                                config.command().size()),
                                        "privileged", config.isPrivileged(),
                                        "user", config.user()),
                        "OpenStdin", config.attachesInput(),
                        "OpenStdout", config.attachesOutput(),
                        "OpenStderr", config.attachesError(),
                        "CanRemove", false,
                        "ContainerID", session.container().id(),
                        "DetachKeys", "",
                        "Pid", session.pid()));
    }
}
