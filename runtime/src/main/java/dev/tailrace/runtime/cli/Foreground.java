package dev.tailrace.runtime.cli;

import dev.tailrace.runtime.client.ApiClient;
import dev.tailrace.runtime.client.ApiException;
import dev.tailrace.runtime.client.NoEngineException;
import dev.tailrace.runtime.client.Query;
import dev.tailrace.runtime.terminal.ReceivedSignals;
import dev.tailrace.runtime.terminal.Terminal;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a command holds while a process of a container is before the user: the terminal in raw mode, its size, and the
/// signals that are the process's.
final class Foreground implements AutoCloseable {
    /// signal(7), on both machines. SIGUSR2 is the JVM's own.
    private static final int SIGWINCH = 28;

    private static final int[] FORWARDED = {1, 2, 3, 10, 14, 15, 18};

    private final ApiClient engine;
    private final String path;
    private final Terminal input = new Terminal(Terminal.STANDARD_INPUT);
    private final Terminal output = new Terminal(Terminal.STANDARD_OUTPUT);
    private Terminal.@Nullable Raw raw;
    private @Nullable Thread restorer;

    /// @param path of the container or of the exec in the API
    Foreground(final ApiClient engine, final String path) {
        this.engine = engine;
        this.path = path;
    }

    /// Refuses to give a terminal to a process when the user has none, as docker's client does.
    static void needTerminal() {
        if (!new Terminal(Terminal.STANDARD_INPUT).isTerminal()) {
            throw new CommandException(ExitCode.FAILURE, "the input device is not a TTY");
        }
    }

    /// From now on every key is the process's; undone by [#close] and when the JVM is ended by a signal.
    void takeTerminal() {
        if (input.isTerminal()) {
            final Terminal.Raw taken = input.makeRaw();
            raw = taken;
            restorer = new Thread(taken::close, "restore-terminal");
            Runtime.getRuntime().addShutdownHook(restorer);
        }
    }

    /// The size that the process's terminal is to have.
    Optional<Terminal.Size> size() {
        return output.size();
    }

    /// Gives the process's terminal the size of ours, now and whenever it changes.
    void followSize() throws IOException {
        resize();
        listen(new ReceivedSignals(SIGWINCH));
    }

    /// Passes signals on to the container.
    void forwardSignals() {
        listen(new ReceivedSignals(FORWARDED));
    }

    @Override
    public void close() {
        if (raw != null && restorer != null) {
            Runtime.getRuntime().removeShutdownHook(restorer);
            raw.close();
        }
    }

    private void listen(final ReceivedSignals signals) {
        Thread.ofPlatform().daemon().name("signals").start(() -> {
            while (true) {
                final int signal = signals.take();
                try {
                    if (signal == SIGWINCH) {
                        resize();
                    } else {
                        engine.post(new Query(path + "/kill")
                                        .with("signal", Integer.toString(signal))
                                        .toString())
                                .close();
                    }
                } catch (final IOException | ApiException | NoEngineException e) {
                    // It has ended meanwhile, or not begun: whoever waits for it learns that in another way.
                    continue;
                }
            }
        });
    }

    private void resize() throws IOException {
        final Optional<Terminal.Size> size = output.size();
        if (size.isPresent()) {
            engine.post(new Query(path + "/resize")
                            .with("h", Integer.toString(size.get().rows()))
                            .with("w", Integer.toString(size.get().columns()))
                            .toString())
                    .close();
        }
    }
}
