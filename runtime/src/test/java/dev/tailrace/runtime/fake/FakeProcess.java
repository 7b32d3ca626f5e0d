package dev.tailrace.runtime.fake;

import dev.tailrace.runtime.container.ContainerProcess;
import dev.tailrace.tapio.linux.OwnProcess;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// A process of this machine. Killing it kills what it has started, as the end of a namespace would.
final class FakeProcess implements ContainerProcess {
    private static final int SIGKILL = 9;
    private static final int SIGCONT = 18;
    private static final int SIGSTOP = 19;

    private final Process process;
    private final boolean hasTerminal;
    private final boolean isOutOfMemory;
    private final CompletableFuture<Integer> exit;

    /// @param isOutOfMemory whether it ends because memory is short
    FakeProcess(final Process process, final boolean hasTerminal, final boolean isOutOfMemory) {
        this.process = process;
        this.isOutOfMemory = isOutOfMemory;
        this.hasTerminal = hasTerminal;
        this.exit = new CompletableFuture<>();
        // Not by Process.onExit, which needs a free thread of the common pool.
        final Thread waiter = new Thread(this::awaitExit, "fake-" + process.pid());
        waiter.setDaemon(true);
        waiter.start();
    }

    private void awaitExit() {
        try {
            exit.complete(process.waitFor());
        } catch (final InterruptedException e) {
            exit.completeExceptionally(e);
        }
    }

    @Override
    public int pid() {
        return (int) process.pid();
    }

    @Override
    public OutputStream input() {
        return process.getOutputStream();
    }

    @Override
    public InputStream output() {
        return process.getInputStream();
    }

    @Override
    public Optional<InputStream> error() {
        return hasTerminal ? Optional.empty() : Optional.of(process.getErrorStream());
    }

    @Override
    public void resize(final int rows, final int columns) {}

    @Override
    public void signal(final int signal) {
        if (signal == SIGKILL) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
        }
        if (process.isAlive()) {
            OwnProcess.kill(pid(), signal);
        }
    }

    @Override
    public void setPaused(final boolean isPaused) {
        processes().forEach(pid -> OwnProcess.kill(pid, isPaused ? SIGSTOP : SIGCONT));
    }

    @Override
    public List<Integer> processes() {
        final List<Integer> pids = new ArrayList<>(List.of(pid()));
        process.descendants().forEach(child -> pids.add((int) child.pid()));
        return pids;
    }

    @Override
    public CompletableFuture<Integer> exit() {
        return exit;
    }

    @Override
    public boolean isOutOfMemory() {
        return isOutOfMemory && exit.isDone();
    }

    @Override
    public void close() {
        try {
            process.getInputStream().close();
            process.getErrorStream().close();
            process.getOutputStream().close();
        } catch (final IOException e) {
            // The input of a process that has ended may have something left to flush.
            return;
        }
    }
}
