package dev.tailrace.perf.engine;

import dev.tailrace.perf.bundle.ClockProgram;
import dev.tailrace.perf.bundle.TestRoot;
import dev.tailrace.perf.bundle.Timed;
import dev.tailrace.perf.lab.LabException;
import dev.tailrace.perf.lab.Programs;
import dev.tailrace.perf.matrix.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The operations on an engine. What is made for one and removed after it is not in its time.
public final class EngineOperations {
    /// The image that people name.
    private static final String IMAGE = "busybox:latest";

    private static final String LOADED = "many:1";
    private static final List<String> CLOCK = List.of(TestRoot.CLOCK);
    private static final List<String> SLEEP = List.of("sleep", "1000000");

    private final EngineApi api;
    private final EngineContainers containers;
    private final Path ours;
    private final Path scratch;
    private Optional<String> running = Optional.empty();
    private boolean isPrepared;

    /// @param ours `bin/tailrace`
    /// @param scratch of this session
    public EngineOperations(final EngineApi api, final Path ours, final Path scratch) {
        this.api = api;
        this.containers = new EngineContainers(api);
        this.ours = ours;
        this.scratch = scratch;
    }

    /// Whether an operation can be done here.
    public static boolean canDo(final Operation operation) {
        return operation != Operation.DOCKER_RUN || docker().isPresent();
    }

    private static Optional<Path> docker() {
        return Programs.find("docker");
    }

    /// Does it once.
    ///
    /// @return its time, ns
    public long perform(final Operation operation) {
        prepare();
        return switch (operation) {
            case START, FIRST_OUTPUT -> start(operation == Operation.START);
            case EXEC -> execute();
            case STOP -> stop();
            case REMOVE -> remove();
            case DOCKER_RUN -> client(docker().orElseThrow(() -> new LabException("docker's client is not installed")));
            case OWN_RUN -> client(ours);
            case LOAD -> load();
            case FIRST_WRITE -> inside(TestRoot.WRITE);
            case SMALL_FILES -> inside(TestRoot.MAKE_FILES);
        };
    }

    private void prepare() {
        if (isPrepared) {
            return;
        }
        final TestRoot root = TestRoot.in(scratch);
        containers.importFiles(IMAGE, root.archive());
        if (!Files.exists(image())) {
            containers.importFiles(LOADED, root.loaded());
            try {
                Files.write(image(), api.get("/images/" + LOADED + "/get").body());
            } catch (IOException failure) {
                throw new LabException("writing " + image(), failure);
            }
            api.delete("/images/" + LOADED);
        }
        isPrepared = true;
    }

    /// The same for all engines of a session.
    private Path image() {
        return scratch.resolve("image.tar");
    }

    /// @param isToExec until its program runs, not until its output is here
    private long start(final boolean isToExec) {
        final String id = containers.create(IMAGE, CLOCK);
        try (OutputFrames output = containers.attach(id)) {
            final long fromNs = System.nanoTime();
            final Pending start = api.begin(EngineContainers.path(id, "/start"));
            final byte[] first = output.next();
            final long hereNs = System.nanoTime();
            start.succeeded();
            return ClockProgram.elapsedNs(fromNs, first, hereNs, isToExec);
        } finally {
            containers.remove(id);
        }
    }

    private long execute() {
        final String id = running();
        final long fromNs = System.nanoTime();
        try (OutputFrames output = containers.execute(id, CLOCK)) {
            final byte[] first = output.next();
            final long hereNs = System.nanoTime();
            final long time = ClockProgram.elapsedNs(fromNs, first, hereNs, true);
            output.rest();
            return time;
        }
    }

    private long stop() {
        final String id = containers.create(IMAGE, SLEEP);
        try {
            containers.start(id);
            final long fromNs = System.nanoTime();
            api.post(EngineContainers.path(id, "/stop"));
            return System.nanoTime() - fromNs;
        } finally {
            containers.remove(id);
        }
    }

    private long remove() {
        final String id = containers.create(IMAGE, CLOCK);
        containers.start(id);
        api.post(EngineContainers.path(id, "/wait"));
        final long fromNs = System.nanoTime();
        api.delete("/containers/" + id);
        return System.nanoTime() - fromNs;
    }

    private long client(final Path program) {
        final List<String> command = new ArrayList<>(List.of(program.toString(), "-H", "unix://" + api.socket()));
        command.addAll(List.of("run", "--rm", IMAGE, "true"));
        return Timed.run(command);
    }

    private long load() {
        final long fromNs = System.nanoTime();
        containers.load(image());
        final long time = System.nanoTime() - fromNs;
        api.delete("/images/" + LOADED);
        return time;
    }

    /// In a container that nobody has written to.
    private long inside(final String script) {
        final String id = containers.create(IMAGE, SLEEP);
        try {
            containers.start(id);
            final long fromNs = System.nanoTime();
            final String said = containers.run(id, List.of("sh", "-c", script));
            final long time = System.nanoTime() - fromNs;
            if (!said.isEmpty()) {
                throw new LabException("in a container: " + Programs.quote(said));
            }
            return time;
        } finally {
            containers.remove(id);
        }
    }

    private String running() {
        if (running.isEmpty()) {
            final String id = containers.create(IMAGE, SLEEP);
            containers.start(id);
            running = Optional.of(id);
        }
        return running.get();
    }
}
