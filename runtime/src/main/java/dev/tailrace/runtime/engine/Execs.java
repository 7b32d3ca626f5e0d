package dev.tailrace.runtime.engine;

import dev.tailrace.runtime.container.ContainerProcess;
import dev.tailrace.runtime.container.ContainerRuntime;
import dev.tailrace.runtime.container.StartException;
import dev.tailrace.runtime.engine.EngineException.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// `docker exec`. Safe for several threads.
public final class Execs {
    /// The container has ended meanwhile.
    private static final int NOT_STARTED = 128;

    /// A child of it in the background may hold its output open for ever; nobody waits for that one.
    private static final Duration OUTPUT_DRAIN = Duration.ofSeconds(2);

    private final ContainerRuntime runtime;
    private final EventLog events;
    private final Executor executor;
    private final Ids ids;
    private final Map<String, ExecSession> sessions = new ConcurrentHashMap<>();

    Execs(final ContainerRuntime runtime, final EventLog events, final Executor executor, final Ids ids) {
        this.runtime = runtime;
        this.events = events;
        this.executor = executor;
        this.ids = ids;
    }

    /// @throws EngineException the container does not run, or there is no command
    public ExecSession create(final Container container, final ExecConfig config) {
        requireRunning(container);
        if (config.command().isEmpty()) {
            throw EngineException.invalid("No exec command specified");
        }
        final ExecSession session = new ExecSession(ids.next(), container, config, executor);
        sessions.put(session.id(), session);
        events.container(
                container, "exec_create: " + String.join(" ", config.command()), Map.of("execID", session.id()));
        return session;
    }

    /// @throws EngineException there is none
    public ExecSession get(final String id) {
        final ExecSession session = sessions.get(id);
        if (session == null) {
            throw new EngineException(Kind.NOT_FOUND, "No such exec instance: " + id);
        }
        return session;
    }

    /// Those of a container that have not ended.
    public List<String> running(final Container container) {
        return sessions.values().stream()
                .filter(session -> session.container().equals(container))
                .filter(ExecSession::isRunning)
                .map(ExecSession::id)
                .sorted()
                .toList();
    }

    /// @throws EngineException it cannot be started; with an exit code of its own that is kept
    public void start(final ExecSession session) {
        claim(session);
        run(session);
    }

    /// Takes it for whoever starts it; nobody else can.
    ///
    /// @throws EngineException its container does not run, or it has been started
    public void claim(final ExecSession session) {
        requireRunning(session.container());
        session.claim();
    }

    /// Starts what is claimed.
    ///
    /// @throws EngineException it cannot be started; it has an exit code then
    public void run(final ExecSession session) {
        final Container container = session.container();
        boolean isStarted = false;
        try {
            final ContainerProcess process =
                    runtime.execute(Lifecycle.running(container), SpecBuilder.process(container, session.config()));
            session.begin(process);
            isStarted = true;
            follow(session, process);
        } catch (final StartException e) {
            session.end(e.exitCode());
            throw new EngineException(
                    e.exitCode() == 128 ? Kind.FAILED : Kind.INVALID, String.valueOf(e.getMessage()), e);
        } finally {
            if (!isStarted) {
                if (session.exitCode().isEmpty()) {
                    session.end(NOT_STARTED);
                }
                session.output().end();
                session.input().end();
            }
        }
        events.container(
                container,
                "exec_start: " + String.join(" ", session.config().command()),
                Map.of("execID", session.id()));
    }

    public void resize(final ExecSession session, final int rows, final int columns) {
        session.process()
                .orElseThrow(() -> EngineException.conflict("exec process " + session.id() + " is not running"))
                .resize(rows, columns);
    }

    /// Nobody will ask for it any more.
    void forget(final ExecSession session) {
        sessions.remove(session.id());
    }

    void forget(final Container container) {
        sessions.values().removeIf(session -> session.container().equals(container));
    }

    private void follow(final ExecSession session, final ContainerProcess process) {
        final CompletableFuture<@Nullable Void> output = OutputPump.start(
                process, (stream, bytes, count) -> session.output().write(stream, bytes, count), executor);
        if (session.config().attachesInput()) {
            session.input().begin(process.input());
        }
        process.exit()
                .whenCompleteAsync(
                        (code, failure) -> ended(session, process, output, code == null ? 255 : code), executor);
    }

    private void ended(
            final ExecSession session,
            final ContainerProcess process,
            final CompletableFuture<@Nullable Void> output,
            final int code) {
        session.output().release();
        Await.done(output, OUTPUT_DRAIN);
        session.input().end();
        process.close();
        session.end(code);
        events.container(
                session.container(), "exec_die", Map.of("execID", session.id(), "exitCode", Integer.toString(code)));
        session.output().end();
    }

    private static void requireRunning(final Container container) {
        switch (container.status().state()) {
            case RUNNING -> {}
            case PAUSED ->
                throw EngineException.conflict(
                        "container " + container.name() + " is paused, unpause the container before exec");
            case RESTARTING ->
                throw EngineException.conflict(
                        "container " + container.id() + " is restarting, wait until the container is running");
            case CREATED, EXITED, REMOVING ->
                throw EngineException.conflict("container " + container.id() + " is not running");
        }
    }
}
