package dev.tailrace.runtime.engine;

import dev.tailrace.runtime.engine.Health.Result;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/// One test of a container's health: a process in it, whose exit code tells.
final class HealthProbe {
    /// As much of its output as Docker keeps.
    private static final int MOST_BYTES = 4096;

    private static final int NO_CODE = -1;

    private final Execs execs;
    private final Clock clock;
    private final HealthLoop.Timer timer;

    HealthProbe(final Execs execs, final Clock clock, final HealthLoop.Timer timer) {
        this.execs = execs;
        this.clock = clock;
        this.timer = timer;
    }

    /// Runs it to its end, or until it has taken too long, and kills it then.
    Result run(final Container container, final List<String> test, final Duration timeout) {
        final Instant start = clock.instant();
        final ExecSession session;
        try {
            session = execs.create(container, config(test));
        } catch (final EngineException e) {
            return new Result(start, clock.instant(), NO_CODE, String.valueOf(e.getMessage()));
        }
        try {
            return run(session, start, timeout);
        } catch (final EngineException e) {
            return new Result(start, clock.instant(), NO_CODE, String.valueOf(e.getMessage()));
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Result(start, clock.instant(), NO_CODE, "the engine is ending");
        } finally {
            execs.forget(session);
        }
    }

    private Result run(final ExecSession session, final Instant start, final Duration timeout)
            throws InterruptedException {
        final AtomicBoolean isLate = new AtomicBoolean();
        final ByteArrayOutputStream text = new ByteArrayOutputStream();
        try (Attachment attachment = session.attach()) {
            execs.start(session);
            final Runnable leave = attachment::close;
            // Nothing to be done to one that has ended in time.
            timer.after(
                    timeout,
                    () -> session.process().ifPresent(process -> {
                        isLate.set(true);
                        process.signal(Signal.KILL);
                        leave.run();
                    }));
            for (Optional<Attachment.Chunk> chunk = attachment.next(); chunk.isPresent(); chunk = attachment.next()) {
                final byte[] bytes = chunk.get().bytes();
                text.write(bytes, 0, Math.min(bytes.length, MOST_BYTES - text.size()));
            }
        }
        final Optional<Integer> code = session.exitCode();
        final String output = text.toString(StandardCharsets.UTF_8);
        if (isLate.get()) {
            final String late = "Health check exceeded timeout (" + seconds(timeout) + ")";
            return new Result(start, clock.instant(), NO_CODE, output.isEmpty() ? late : late + ": " + output);
        }
        return new Result(start, clock.instant(), code.orElse(NO_CODE), output);
    }

    private static String seconds(final Duration timeout) {
        return timeout.toMillis() % 1000 == 0 ? timeout.toSeconds() + "s" : timeout.toMillis() + "ms";
    }

    private static ExecConfig config(final List<String> test) {
        final List<String> rest = test.subList(1, test.size());
        final List<String> command =
                test.getFirst().equals("CMD-SHELL") ? List.of("/bin/sh", "-c", String.join(" ", rest)) : rest;
        return new ExecConfig(command, "", "", List.of(), false, false, false, true, true);
    }
}
