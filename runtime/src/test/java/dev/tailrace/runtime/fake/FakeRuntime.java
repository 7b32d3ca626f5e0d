package dev.tailrace.runtime.fake;

import dev.tailrace.runtime.container.ContainerProcess;
import dev.tailrace.runtime.container.ContainerRuntime;
import dev.tailrace.runtime.container.ContainerSpec;
import dev.tailrace.runtime.container.ProcessSpec;
import dev.tailrace.runtime.container.StartException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/// Runs programs of this machine. A terminal is played by pipes.
public final class FakeRuntime implements ContainerRuntime {
    private final List<ContainerSpec> started = new CopyOnWriteArrayList<>();
    private final List<ProcessSpec> executed = new CopyOnWriteArrayList<>();
    private volatile boolean isMemoryShort;
    private volatile CountDownLatch executions = new CountDownLatch(0);

    /// What was started, in order.
    public List<ContainerSpec> started() {
        return started;
    }

    public List<ProcessSpec> executed() {
        return executed;
    }

    /// Whether what is started from now on ends because memory is short.
    public void makeMemoryShort(final boolean isShort) {
        isMemoryShort = isShort;
    }

    /// From now on nothing is executed in a container before [#proceed].
    public void holdExecutions() {
        executions = new CountDownLatch(1);
    }

    public void proceed() {
        executions.countDown();
    }

    @Override
    public ContainerProcess start(final ContainerSpec spec) {
        final ContainerProcess process = start(spec.process());
        started.add(spec);
        return process;
    }

    @Override
    public ContainerProcess execute(final ContainerProcess container, final ProcessSpec spec) {
        try {
            executions.await();
        } catch (final InterruptedException e) {
            throw new IllegalStateException("held up: " + spec, e);
        }
        final ContainerProcess process = start(spec);
        executed.add(spec);
        return process;
    }

    private ContainerProcess start(final ProcessSpec spec) {
        final String program = spec.arguments().getFirst();
        final Path path = resolve(program)
                .orElseThrow(() -> new StartException(
                        127,
                        program.contains("/")
                                ? "exec: \"" + program + "\": stat " + program + ": no such file or directory"
                                : "exec: \"" + program + "\": executable file not found in $PATH"));
        if (!Files.isExecutable(path) || Files.isDirectory(path)) {
            throw new StartException(126, "exec: \"" + program + "\": permission denied");
        }
        final ProcessBuilder builder = new ProcessBuilder(spec.arguments());
        builder.environment().clear();
        for (final String entry : spec.environment()) {
            final int equals = entry.indexOf('=');
            builder.environment().put(entry.substring(0, equals), entry.substring(equals + 1));
        }
        builder.redirectErrorStream(spec.hasTerminal());
        if (!spec.isInputOpen()) {
            builder.redirectInput(new File("/dev/null"));
        }
        try {
            return new FakeProcess(builder.start(), spec.hasTerminal(), isMemoryShort);
        } catch (final IOException e) {
            throw new StartException(128, e.getMessage());
        }
    }

    private static Optional<Path> resolve(final String program) {
        if (program.contains("/")) {
            return Optional.of(Path.of(program)).filter(Files::exists);
        }
        for (final String directory : List.of("/usr/bin", "/bin", "/usr/sbin", "/sbin")) {
            final Path path = Path.of(directory, program);
            if (Files.exists(path)) {
                return Optional.of(path);
            }
        }
        return Optional.empty();
    }
}
