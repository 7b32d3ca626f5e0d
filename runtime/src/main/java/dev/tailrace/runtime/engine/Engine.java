package dev.tailrace.runtime.engine;

import dev.tailrace.runtime.container.ContainerRuntime;
import dev.tailrace.runtime.container.ResourceUsage;
import dev.tailrace.runtime.container.Resources;
import dev.tailrace.runtime.engine.EngineException.Kind;
import dev.tailrace.runtime.image.Image;
import dev.tailrace.runtime.image.ImageConfig;
import dev.tailrace.runtime.image.Images;
import dev.tailrace.runtime.network.ContainerNetwork;
import dev.tailrace.runtime.network.Membership;
import dev.tailrace.runtime.storage.ContainerRoots;
import dev.tailrace.runtime.storage.TreeArchive;
import dev.tailrace.runtime.volume.VolumeStore;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// The engine: everything that its API can be asked for, without the API. Safe for several threads; calls block, so
/// they belong on threads that may.
public final class Engine implements AutoCloseable {
    private static final Path PROC = Path.of("/proc");

    private final Images images;
    private final ContainerRoots roots;
    private final ContainerNetwork network;
    private final Path stateDirectory;
    private final EngineInfo info;
    private final Clock clock;
    private final WorkerThreads workers = new WorkerThreads("engine");
    private final ContainerTable table = new ContainerTable();
    private final EventBus bus;
    private final EventLog events;
    private final Volumes volumes;
    private final Networks networks;
    private final Connector connector;
    private final ContainerFactory factory;
    private final Lifecycle lifecycle;
    private final Execs execs;
    private final HealthMonitor health;
    private final Updater updater;
    private final Remover remover;
    private final Committer committer;
    private final ContainerStore store;
    private final Restorer restorer;

    /// @param stateDirectory exists and is ours; `containers/ID` in it is the state of a container
    public Engine(
            final Images images,
            final ContainerRoots roots,
            final ContainerRuntime runtime,
            final ContainerNetwork network,
            final Path stateDirectory,
            final EngineInfo info,
            final Clock clock) {
        this(images, roots, runtime, network, stateDirectory, info, clock, _ -> {});
    }

    /// @param steps is told what comes next in each change of the containers on the disk; for tests of crashes
    Engine(
            final Images images,
            final ContainerRoots roots,
            final ContainerRuntime runtime,
            final ContainerNetwork network,
            final Path stateDirectory,
            final EngineInfo info,
            final Clock clock,
            final Consumer<String> steps) {
        this.images = images;
        this.roots = roots;
        this.network = network;
        this.stateDirectory = stateDirectory;
        this.info = info;
        this.clock = clock;
        try {
            store = ContainerStore.open(stateDirectory, roots.driver(), steps);
        } catch (final IOException e) {
            throw new EngineException(Kind.FAILED, "cannot use " + stateDirectory + ": " + e.getMessage(), e);
        }
        final RandomGenerator random = new SecureRandom();
        final Ids ids = new Ids(random);
        bus = new EventBus(clock);
        events = new EventLog(bus);
        networks = new Networks(
                table,
                network,
                new NetworkStore(stateDirectory.resolve("networks"), steps, Restorer::report),
                events,
                ids,
                random,
                clock);
        connector = new Connector(table, network, networks, store, events);
        volumes = new Volumes(
                VolumeStore.open(stateDirectory.resolve("volumes"), clock, steps, Restorer::report),
                table,
                events,
                ids);
        factory = new ContainerFactory(
                images, roots, table, volumes, networks, new NameGenerator(random), ids, store, clock, workers);
        execs = new Execs(runtime, events, workers, ids);
        remover = new Remover(store, table, execs, events, volumes);
        health = new HealthMonitor(execs, events, clock, workers);
        lifecycle = new Lifecycle(
                new Starter(runtime, network, connector, volumes, table, clock, workers),
                store,
                events,
                clock,
                workers,
                remover,
                health);
        updater = new Updater(runtime, store, events);
        committer = new Committer(images, store.temporary());
        restorer = new Restorer(store, roots, table, volumes, clock, workers);
    }

    /// The store; what happens in it by way of the engine's own methods is an event.
    public Images images() {
        return images;
    }

    public ContainerRoots roots() {
        return roots;
    }

    public ContainerNetwork network() {
        return network;
    }

    public EngineInfo info() {
        return info;
    }

    public Clock clock() {
        return clock;
    }

    public Path stateDirectory() {
        return stateDirectory;
    }

    public EventBus events() {
        return bus;
    }

    public Networks networks() {
        return networks;
    }

    /// Puts a container on a network, at once if it runs.
    ///
    /// @param network a name, an id, or the beginning of one
    public void connect(final String network, final Container container, final Membership membership) {
        connector.connect(container, network, membership);
    }

    /// Takes a container off a network.
    public void disconnect(final String network, final Container container) {
        connector.disconnect(container, network);
    }

    /// What others on a network of the user's own call a container.
    public static List<String> names(final Container container, final Membership membership) {
        return Connector.names(container, membership);
    }

    public Volumes volumes() {
        return volumes;
    }

    public Execs execs() {
        return execs;
    }

    /// Brings back the containers of the engine before this, before anybody asks for anything.
    public void restore() {
        restorer.restore();
    }

    /// Starts those whose restart policy says so, one after the other, on a thread of its own.
    public void resume() {
        workers.execute(() -> table.all().forEach(lifecycle::startAgain));
    }

    /// What was made.
    ///
    /// @param warnings a line each
    public record Created(Container container, List<String> warnings) {}

    public Created create(final CreateRequest request) {
        final Container container = factory.create(request);
        events.container(container, "create", Map.of());
        final List<String> warnings = new ArrayList<>(ContainerFactory.warnings(request));
        warnings.addAll(updater.warnings(request.host().resources()));
        return new Created(container, warnings);
    }

    /// Oldest first.
    public List<Container> containers() {
        return table.all();
    }

    /// @param reference an id, a name, or the beginning of an id that no other has
    public Container container(final String reference) {
        return table.get(reference);
    }

    public void start(final Container container) {
        lifecycle.start(container);
    }

    /// @param timeoutS until it is killed; -1 for never; absent for the container's own
    /// @param signal empty for the container's own
    public void stop(final Container container, final Optional<Integer> timeoutS, final String signal) {
        lifecycle.stop(container, timeoutS, signal);
    }

    /// @param signal name or number; empty for KILL, which is waited for
    public void kill(final Container container, final String signal) {
        lifecycle.kill(container, signal);
    }

    public void restart(final Container container, final Optional<Integer> timeoutS, final String signal) {
        lifecycle.restart(container, timeoutS, signal);
    }

    /// @return a warning each
    public List<String> update(final Container container, final ContainerUpdate update) {
        return updater.update(container, update);
    }

    public void pause(final Container container) {
        lifecycle.pause(container);
    }

    public void unpause(final Container container) {
        lifecycle.unpause(container);
    }

    public void rename(final Container container, final String newName) {
        final String name = newName.startsWith("/") ? newName.substring(1) : newName;
        if (name.isEmpty()) {
            throw EngineException.invalid("Neither old nor new names may be empty");
        }
        Validation.name(name);
        final String old = container.name();
        if (old.equals(name)) {
            throw EngineException.invalid("Renaming a container with the same name as its current name");
        }
        table.reserve(name, container.id());
        container.rename(name);
        // The old name is free when the new one is on the disk: no two may have one there.
        try {
            store.save(container);
        } catch (final IOException e) {
            container.rename(old);
            table.release(name, container.id());
            throw new EngineException(Kind.FAILED, "cannot rename container " + old + ": " + e.getMessage(), e);
        }
        table.release(old, container.id());
        connector.rename(container);
        events.container(container, "rename", Map.of("oldName", "/" + old));
    }

    /// @param isForced whether it is killed first if it runs
    public void remove(final Container container, final boolean isForced) {
        remove(container, isForced, false);
    }

    /// @param isForced whether it is killed first if it runs
    /// @param hasVolumes whether its anonymous volumes go, too
    public void remove(final Container container, final boolean isForced, final boolean hasVolumes) {
        final ContainerState state = container.status().state();
        if (state.hasProcess() || state == ContainerState.RESTARTING) {
            if (!isForced) {
                throw EngineException.conflict("cannot remove container \"/" + container.name() + "\": container is "
                        + (state == ContainerState.PAUSED
                                ? "paused and must be unpaused first"
                                : state.text() + ": stop the container before removing or force remove"));
            }
            lifecycle.end(container);
        }
        remover.remove(container, hasVolumes);
    }

    /// Does nothing without a terminal.
    public void resize(final Container container, final int rows, final int columns) {
        Lifecycle.running(container).resize(rows, columns);
    }

    public ProcessTable top(final Container container, final String psArguments) {
        return ProcessTable.read(Lifecycle.running(container).processes(), psArguments);
    }

    /// Whether the kernel holds such limits.
    public boolean holds(final Resources limits) {
        return updater.holds(limits);
    }

    /// What its processes use; empty if it does not run.
    public Optional<ResourceUsage> usage(final Container container) {
        final long limitBytes =
                holds(Resources.MEMORY) ? container.host().resources().memoryBytes() : 0;
        return container
                .process()
                .map(process -> ResourceUsage.of(PROC, process.processes()).within(limitBytes));
    }

    /// Writes all files of a container as a tar.
    public void export(final Container container, final OutputStream tar) throws IOException {
        container.root().mount();
        try {
            TreeArchive.export(container.root().path(), tar);
        } finally {
            container.root().unmount();
        }
        events.container(container, "export", Map.of());
    }

    /// @param reference how the client calls it
    public ContainerFiles files(final Container container, final String reference) {
        return new ContainerFiles(container, reference, roots.owners(), events);
    }

    /// @param config what the new image says, on top of what the container says
    /// @param isPaused whether the container stands still meanwhile
    public Image commit(
            final Container container, final ImageConfig config, final Images.Commit about, final boolean isPaused) {
        final boolean pauses = isPaused && container.status().state() == ContainerState.RUNNING;
        if (pauses) {
            lifecycle.pause(container);
        }
        try {
            final Image image = committer.commit(container, config, about);
            events.container(container, "commit", Map.of("imageID", image.id(), "imageRef", about.name()));
            return image;
        } finally {
            if (pauses) {
                lifecycle.unpause(container);
            }
        }
    }

    /// Whether a container is made of the image.
    public boolean isImageUsed(final String imageId) {
        return table.all().stream().anyMatch(container -> container.image().id().equals(imageId));
    }

    /// Tells listeners what happened in the store.
    public void imageEvent(final String action, final String id, final String name) {
        events.image(action, id, name);
    }

    /// Stops every container, each within its own time, and then its threads.
    @Override
    public void close() {
        lifecycle.beginEnd();
        final List<CompletableFuture<Void>> stopping = new ArrayList<>();
        for (final Container container : table.all()) {
            stopping.add(CompletableFuture.runAsync(() -> stopAtEnd(container), workers));
        }
        stopping.forEach(one -> one.exceptionally(e -> {
                    System.err.print("tailrace: " + e.getMessage() + "\n");
                    return null;
                })
                .join());
        health.close();
        workers.close();
    }

    private void stopAtEnd(final Container container) {
        try {
            lifecycle.stop(container, Optional.empty(), "");
        } catch (final EngineException e) {
            if (e.kind() != Kind.UNCHANGED) {
                throw e;
            }
        }
    }
}
