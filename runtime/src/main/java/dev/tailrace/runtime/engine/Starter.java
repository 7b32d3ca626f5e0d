package dev.tailrace.runtime.engine;

import dev.tailrace.runtime.container.ContainerProcess;
import dev.tailrace.runtime.container.ContainerRuntime;
import dev.tailrace.runtime.engine.Container.Run;
import dev.tailrace.runtime.log.LogStream;
import dev.tailrace.runtime.network.ContainerNetwork;
import dev.tailrace.runtime.network.Endpoint;
import dev.tailrace.runtime.network.Sandbox;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/// Brings up what a container runs on, in order, and takes it down when the process has ended or a step fails.
final class Starter {
    private final ContainerRuntime runtime;
    private final ContainerNetwork network;
    private final Connector connector;
    private final Volumes volumes;
    private final ContainerTable table;
    private final Clock clock;
    private final Executor executor;

    Starter(
            final ContainerRuntime runtime,
            final ContainerNetwork network,
            final Connector connector,
            final Volumes volumes,
            final ContainerTable table,
            final Clock clock,
            final Executor executor) {
        this.runtime = runtime;
        this.network = network;
        this.connector = connector;
        this.volumes = volumes;
        this.table = table;
        this.clock = clock;
        this.executor = executor;
    }

    /// Root, network, files, log, process. Nothing of it is left if it fails.
    Run start(final Container container) throws IOException {
        volumes.check(container);
        container.root().mount();
        Optional<Endpoint> endpoint = Optional.empty();
        boolean hasStarted = false;
        try {
            endpoint = connector.open(container);
            final NetworkFiles files = new NetworkFiles(container.directory());
            final Optional<Sandbox> sandbox = Sandbox.of(endpoint);
            if (sandbox.isPresent()) {
                files.write(container, sandbox.get());
            } else {
                files.write(
                        container,
                        List.of(),
                        Optional.of(network.hostAddress()),
                        NameServers.plain(container.host(), List.of(network.nameServer())));
            }
            container.log().begin();
            final ContainerProcess process =
                    runtime.start(SpecBuilder.container(container, files, namespace(container, endpoint)));
            final Run run = new Run(process, endpoint, OutputPump.start(process, sink(container), executor));
            if (container.config().isInputOpen()) {
                container.input().begin(process.input());
            }
            hasStarted = true;
            return run;
        } finally {
            if (!hasStarted) {
                endpoint.ifPresent(its -> connector.close(container, its));
                container.log().finish(clock.instant());
                container.root().unmount();
            }
        }
    }

    /// Gives back what a run held, all but the root's mount; its output has ended, or is given up.
    void release(final Container container, final Run run) {
        container.input().end();
        run.process().close();
        try {
            container.log().finish(clock.instant());
        } catch (final IOException e) {
            report("log", container, e);
        }
        try {
            run.endpoint().ifPresent(endpoint -> connector.close(container, endpoint));
        } catch (final RuntimeException e) {
            // It has ended all the same, and whoever waits is told.
            report("network", container, e);
        }
    }

    private OptionalInt namespace(final Container container, final Optional<Endpoint> endpoint) {
        final String mode = container.host().networkMode();
        if (NetworkMode.of(mode) != NetworkMode.CONTAINER) {
            return endpoint.map(own -> OptionalInt.of(own.namespaceFd())).orElse(OptionalInt.empty());
        }
        final Container other = table.get(mode.substring(NetworkMode.CONTAINER_PREFIX.length()));
        if (!other.status().state().hasProcess()) {
            throw EngineException.conflict("cannot join network of a non running container: " + other.id());
        }
        return other.endpoint()
                .map(its -> OptionalInt.of(its.namespaceFd()))
                .orElseGet(() -> namespace(other, Optional.empty()));
    }

    /// A log that cannot be written must not stop the container; it is told once in each run.
    private OutputPump.Sink sink(final Container container) {
        final boolean isLogged = !container.host().logDriver().equals("none");
        final AtomicBoolean isReported = new AtomicBoolean();
        return (final LogStream stream, final byte[] bytes, final int count) -> {
            if (isLogged) {
                try {
                    container.log().write(stream, bytes, 0, count, clock.instant());
                } catch (final IOException e) {
                    if (isReported.compareAndSet(false, true)) {
                        report("log", container, e);
                    }
                }
            }
            container.output().write(stream, bytes, count);
        };
    }

    private static void report(final String what, final Container container, final Exception e) {
        System.err.print("tailrace: " + what + " of container " + container.id() + ": " + e.getMessage() + "\n");
    }
}
