package dev.tailrace.tapio.lab;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A program that runs in a [Place], its output going to files.
public final class Program implements AutoCloseable {
    /// Long enough for a loaded machine; nothing waits this long unless it fails. A machine that is emulated
    /// (`scripts/vm`) wants more: `-Dtailrace.patience=SECONDS`.
    static final Duration PATIENCE = Duration.ofSeconds(Long.getLong("tailrace.patience", 30));

    private final Process process;
    private final List<String> command;
    private final Path out;
    private final Path err;

    Program(final Process process, final List<String> command, final Path out, final Path err) {
        this.process = process;
        this.command = command;
        this.out = out;
        this.err = err;
    }

    /// Its process id; that of the program itself, whatever was needed to start it.
    public long pid() {
        return process.pid();
    }

    /// Whether it has not ended.
    public boolean isAlive() {
        return process.isAlive();
    }

    /// Its standard input.
    public OutputStream stdin() {
        return process.getOutputStream();
    }

    /// What it wrote to its standard output so far.
    public String stdout() {
        return read(out);
    }

    /// What it wrote to its standard error so far.
    public String stderr() {
        return read(err);
    }

    /// Waits for its end.
    ///
    /// @return the exit code; 128 and the signal's number when a signal ended it
    public int awaitExit() {
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("still running: " + this);
            }
            return process.exitValue();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /// Waits until its standard error holds `text`.
    public Program awaitStderr(final String text) {
        Await.until(() -> "\"" + text + "\" on stderr of " + this, () -> {
            if (stderr().contains(text)) {
                return true;
            }
            if (!isAlive() && !stderr().contains(text)) {
                throw new AssertionError("ended without \"" + text + "\" on stderr: " + this);
            }
            return false;
        });
        return this;
    }

    /// Sends a signal, by name without `SIG`.
    public void signal(final String name) {
        try {
            final int code = new ProcessBuilder("/bin/kill", "-s", name, Long.toString(pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
            if (code != 0) {
                throw new AssertionError("kill -s " + name + " failed: " + this);
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /// Kills it and what it started.
    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        awaitExit();
    }

    @Override
    public String toString() {
        return String.join(" ", command) + " (pid " + pid() + ", "
                + (isAlive() ? "alive" : "exit " + process.exitValue()) + ")\nstdout: " + stdout() + "\nstderr: "
                + stderr();
    }

    private static String read(final Path file) {
        try {
            return Files.exists(file) ? new String(Files.readAllBytes(file), StandardCharsets.UTF_8) : "";
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
