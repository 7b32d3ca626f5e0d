package dev.tailrace.runtime.engine;

import dev.tailrace.runtime.container.ContainerProcess;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// A process that is, was or will be executed in a running container.
public final class ExecSession {
    private final String id;
    private final Container container;
    private final ExecConfig config;
    private final OutputHub output = new OutputHub();
    private final ProcessInput input;

    // Guarded by this.
    private State state = State.CREATED;
    private @Nullable ContainerProcess process;
    private int pid;
    private int exitCode;

    private enum State {
        CREATED,
        RUNNING,
        EXITED
    }

    ExecSession(final String id, final Container container, final ExecConfig config, final Executor executor) {
        this.id = id;
        this.container = container;
        this.config = config;
        this.input = new ProcessInput(executor);
    }

    /// 64 hexadecimal digits.
    public String id() {
        return id;
    }

    public Container container() {
        return container;
    }

    public ExecConfig config() {
        return config;
    }

    public synchronized boolean isRunning() {
        return state == State.RUNNING;
    }

    /// 0 before it has run.
    public synchronized int pid() {
        return pid;
    }

    /// Empty until it has ended.
    public synchronized Optional<Integer> exitCode() {
        return state == State.EXITED ? Optional.of(exitCode) : Optional.empty();
    }

    /// What a client sees of its output.
    public Attachment attach() {
        return output.attach(config.attachesOutput(), config.attachesError());
    }

    public ClientInput openInput() {
        return new ClientInput(input, !config.hasTerminal());
    }

    OutputHub output() {
        return output;
    }

    ProcessInput input() {
        return input;
    }

    synchronized Optional<ContainerProcess> process() {
        return Optional.ofNullable(process);
    }

    synchronized void claim() {
        if (state != State.CREATED) {
            throw EngineException.conflict("exec command " + id + " has already run");
        }
        state = State.RUNNING;
    }

    synchronized void begin(final ContainerProcess started) {
        process = started;
        pid = started.pid();
    }

    synchronized void end(final int code) {
        state = State.EXITED;
        process = null;
        exitCode = code;
    }
}
