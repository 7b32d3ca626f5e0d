package dev.tailrace.runtime.engine;

import dev.tailrace.runtime.container.ContainerProcess;
import dev.tailrace.runtime.container.StartException;
import dev.tailrace.runtime.engine.Container.Exit;
import dev.tailrace.runtime.engine.Container.Run;
import dev.tailrace.runtime.engine.EngineException.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Starts, stops, pauses. What happens to one container happens one after the other; nobody who waits for its end
/// holds up what ends it.
final class Lifecycle {
    /// For what is in the pipes of a process that has ended. Its namespace is gone, so nobody writes to
    /// them any more.
    private static final Duration OUTPUT_DRAIN = Duration.ofSeconds(10);

    private static final Duration AFTER_KILL = Duration.ofSeconds(10);
    private static final int OTHER_START_ERROR = 128;

    private final Starter starter;
    private final RestartRules restarts = new RestartRules();
    private final ContainerStore store;
    private final EventLog events;
    private final Clock clock;
    private final Executor executor;
    private final Remover remover;
    private final HealthMonitor health;
    private volatile boolean isEnding;

    /// @param remover for a container that wants to be removed when it has exited
    Lifecycle(
            final Starter starter,
            final ContainerStore store,
            final EventLog events,
            final Clock clock,
            final Executor executor,
            final Remover remover,
            final HealthMonitor health) {
        this.starter = starter;
        this.store = store;
        this.events = events;
        this.clock = clock;
        this.executor = executor;
        this.remover = remover;
        this.health = health;
    }

    /// From now on what is stopped is stopped by the end of the engine, and not by a user.
    void beginEnd() {
        isEnding = true;
    }

    /// Starts a container again that an earlier engine has left, if its restart policy says so.
    void startAgain(final Container container) {
        if (!restarts.appliesAtStart(container) || isEnding) {
            return;
        }
        try {
            start(container);
        } catch (final EngineException e) {
            if (e.kind() != Kind.UNCHANGED) {
                System.err.print(
                        "tailrace: container " + container.name() + " was not started again: " + e.getMessage() + "\n");
            }
        }
    }

    void start(final Container container) {
        container.operation().lock();
        try {
            switch (container.status().state()) {
                case RUNNING -> throw new EngineException(Kind.UNCHANGED, "container is running");
                case PAUSED -> throw EngineException.conflict("cannot start a paused container, try unpause instead");
                case REMOVING ->
                    throw EngineException.conflict("container is marked for removal and cannot be started");
                case CREATED, EXITED, RESTARTING -> {
                    container.restartDelayMs(0);
                    launch(container, 0);
                }
            }
        } finally {
            container.operation().unlock();
        }
    }

    /// @param timeoutS until it is killed; -1 for never; absent for the container's own
    void stop(final Container container, final Optional<Integer> timeoutS, final String signal) {
        if (giveUpRestart(container)) {
            return;
        }
        final CompletableFuture<Exit> exit = container.nextExit();
        final ContainerProcess process =
                container.process().orElseThrow(() -> new EngineException(Kind.UNCHANGED, "container is not running"));
        container.wantStop(!isEnding);
        final int number = Signal.parse(
                !signal.isEmpty() ? signal : container.config().stopSignal().orElse("TERM"));
        events.container(container, "kill", Map.of("signal", Integer.toString(number)));
        process.signal(number);
        resume(container);
        final int seconds = timeoutS.orElse(container.config().stopTimeoutS().orElse(10));
        if (!Await.done(exit, seconds < 0 ? Duration.ofDays(365) : Duration.ofSeconds(seconds))) {
            killAndWait(container, process, exit);
        }
        events.container(container, "stop", Map.of());
    }

    void kill(final Container container, final String signal) {
        final int number = signal.isEmpty() ? Signal.KILL : Signal.parse(signal);
        final CompletableFuture<Exit> exit = container.nextExit();
        final ContainerProcess process = container
                .process()
                .orElseThrow(() -> EngineException.conflict("cannot kill container: " + container.name()
                        + ": container " + container.id() + " is not running"));
        if (number == Signal.KILL
                || number == Signal.parse(container.config().stopSignal().orElse("TERM"))) {
            container.wantStop(!isEnding);
        }
        if (number == Signal.KILL) {
            killAndWait(container, process, exit);
        } else {
            events.container(container, "kill", Map.of("signal", Integer.toString(number)));
            process.signal(number);
        }
    }

    void restart(final Container container, final Optional<Integer> timeoutS, final String signal) {
        container.keepOnce(true);
        try {
            if (container.status().state().hasProcess()) {
                stop(container, timeoutS, signal);
            }
            start(container);
        } finally {
            container.keepOnce(false);
        }
        events.container(container, "restart", Map.of());
    }

    void pause(final Container container) {
        container.operation().lock();
        try {
            final ContainerProcess process = running(container);
            if (container.status().state() == ContainerState.PAUSED) {
                throw EngineException.conflict("container " + container.name() + " is already paused");
            }
            process.setPaused(true);
            container.pausedOrNot(ContainerState.PAUSED);
        } finally {
            container.operation().unlock();
        }
        events.container(container, "pause", Map.of());
    }

    void unpause(final Container container) {
        if (!resume(container)) {
            throw EngineException.conflict("container " + container.name() + " is not paused");
        }
        events.container(container, "unpause", Map.of());
    }

    /// Kills it if it runs, and waits until it does not.
    void end(final Container container) {
        if (giveUpRestart(container)) {
            return;
        }
        final CompletableFuture<Exit> exit = container.nextExit();
        container.wantStop(!isEnding);
        container.process().ifPresent(process -> killAndWait(container, process, exit));
    }

    /// @throws EngineException it does not run
    static ContainerProcess running(final Container container) {
        return container
                .process()
                .orElseThrow(() -> EngineException.conflict("container " + container.id() + " is not running"));
    }

    private void killAndWait(
            final Container container, final ContainerProcess process, final CompletableFuture<Exit> exit) {
        events.container(container, "kill", Map.of("signal", Integer.toString(Signal.KILL)));
        process.signal(Signal.KILL);
        resume(container);
        if (!Await.done(exit, AFTER_KILL)) {
            throw new EngineException(
                    Kind.FAILED,
                    "cannot stop container: " + container.id()
                            + ": tried to kill container, but did not receive an exit event");
        }
    }

    /// Whether it was paused.
    private boolean resume(final Container container) {
        container.operation().lock();
        try {
            if (container.status().state() != ContainerState.PAUSED) {
                return false;
            }
            running(container).setPaused(false);
            container.pausedOrNot(ContainerState.RUNNING);
            return true;
        } finally {
            container.operation().unlock();
        }
    }

    /// Whether it was about to be restarted.
    private boolean giveUpRestart(final Container container) {
        final Runnable tell;
        container.operation().lock();
        try {
            if (container.status().state() != ContainerState.RESTARTING) {
                return false;
            }
            container.wantStop(!isEnding);
            tell = container.giveUpRestart();
            keep(container);
        } finally {
            container.operation().unlock();
        }
        tell.run();
        return true;
    }

    private void launch(final Container container, final int restartCount) {
        final Run run = run(container);
        container.begin(run, clock.instant(), restartCount);
        run.process()
                .exit()
                .whenCompleteAsync((code, failure) -> ended(container, run, code), executor)
                .whenComplete((code, failure) -> report(container, failure));
        try {
            store.save(container);
        } catch (final IOException e) {
            // Nobody may be told that it runs, since the next engine would not know.
            container.wantStop(false);
            run.process().signal(Signal.KILL);
            throw new EngineException(
                    Kind.FAILED,
                    "cannot keep the state of container " + container.name() + ", which was stopped again: "
                            + e.getMessage(),
                    e);
        }
        events.container(container, "start", Map.of());
        health.begin(container);
    }

    private Run run(final Container container) {
        try {
            return starter.start(container);
        } catch (final StartException e) {
            throw failed(container, e.exitCode(), e);
        } catch (final IOException e) {
            throw failed(container, OTHER_START_ERROR, new UncheckedIOException(e.toString(), e));
        } catch (final RuntimeException e) {
            // No network, no root, no memory: the container is told of like one whose program is not there.
            throw failed(container, OTHER_START_ERROR, e);
        }
    }

    private EngineException failed(final Container container, final int code, final RuntimeException cause) {
        final String message = String.valueOf(cause.getMessage());
        container.fail(code, message);
        keep(container);
        if (container.host().isRemovedAtExit()) {
            executor.execute(() -> {
                if (remover.forgetExited(container)) {
                    remover.deleteExited(container);
                }
            });
        }
        if (cause instanceof final EngineException refused) {
            return refused;
        }
        final boolean isRequest = code == 126 || code == 127;
        return new EngineException(isRequest ? Kind.INVALID : Kind.FAILED, message, cause);
    }

    private void ended(final Container container, final Run run, final @Nullable Integer exitCode) {
        final int code = exitCode == null ? 255 : exitCode;
        container.output().release();
        Await.done(run.output(), OUTPUT_DRAIN);
        boolean isRemoved = false;
        container.operation().lock();
        try {
            tellEnd(container, run, code);
            isRemoved =
                    container.host().isRemovedAtExit() && !container.isKeptOnce() && remover.forgetExited(container);
        } finally {
            try {
                // The kernel takes milliseconds for it. Nobody who is told waits, unless he changes the container.
                container.root().unmount();
            } finally {
                container.operation().unlock();
            }
        }
        if (isRemoved) {
            remover.deleteExited(container);
        }
    }

    /// The one place where a container that ran gets its end.
    private void tellEnd(final Container container, final Run run, final int code) {
        health.end(container);
        starter.release(container, run);
        final boolean isRestarted = restarts.applies(container, code);
        final Runnable tell =
                container.end(isRestarted ? ContainerState.RESTARTING : ContainerState.EXITED, code, clock.instant());
        keep(container);
        if (isRestarted) {
            restartLater(container);
        }
        if (run.process().isOutOfMemory()) {
            events.container(container, "oom", Map.of());
        }
        events.container(container, "die", Map.of("exitCode", Integer.toString(code)));
        container.output().end();
        tell.run();
    }

    /// What goes wrong at the end of a container goes wrong on a thread that nobody asks.
    private static void report(final Container container, final @Nullable Throwable failure) {
        if (failure != null) {
            System.err.print("tailrace: end of container " + container.id() + ": " + failure + " at "
                    + Arrays.toString(failure.getStackTrace()) + "\n");
        }
    }

    private void restartLater(final Container container) {
        final ContainerStatus status = container.status();
        final int count = status.restarts();
        final Instant end = status.finishedAt().orElse(clock.instant());
        final Duration run = Duration.between(status.startedAt().orElse(end), end);
        container.restartDelayMs(restarts.delayMs(container.restartDelayMs(), run));
        CompletableFuture.delayedExecutor(container.restartDelayMs(), TimeUnit.MILLISECONDS, executor)
                .execute(() -> restartNow(container, count + 1));
    }

    private void restartNow(final Container container, final int count) {
        Runnable tell = () -> {};
        container.operation().lock();
        try {
            if (container.status().state() == ContainerState.RESTARTING) {
                launch(container, count);
            }
        } catch (final EngineException e) {
            // One that could not be kept has a process, whose end tells.
            if (container.status().state() == ContainerState.RESTARTING) {
                tell = container.giveUpRestart();
                keep(container);
            }
        } finally {
            container.operation().unlock();
        }
        tell.run();
    }

    /// Keeps what has happened already, and cannot be refused any more.
    private void keep(final Container container) {
        try {
            store.save(container);
        } catch (final IOException e) {
            System.err.print("tailrace: the state of container " + container.name() + " cannot be kept: "
                    + e.getMessage() + "\n");
        }
    }
}
