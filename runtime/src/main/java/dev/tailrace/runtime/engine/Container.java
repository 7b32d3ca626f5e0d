package dev.tailrace.runtime.engine;

import dev.tailrace.runtime.container.ContainerProcess;
import dev.tailrace.runtime.image.Image;
import dev.tailrace.runtime.log.ContainerLog;
import dev.tailrace.runtime.network.Endpoint;
import dev.tailrace.runtime.network.Sandbox;
import dev.tailrace.runtime.storage.ContainerRoot;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// One container: what it was made of, and where it is in its life.
///
/// Everything but its name, its status and what `docker update` changes stays as it was made. [#change] is the only
/// place that changes the state;
/// who starts, pauses, renames or removes holds [#operation] meanwhile.
public final class Container {
    private final String id;
    private final Instant created;
    private final ContainerConfig config;
    private final Image image;
    private final Path directory;
    private final ContainerRoot root;
    private final ContainerLog log;
    private final List<BoundMount> mounts;
    private final OutputHub output = new OutputHub();
    private final ProcessInput input;
    private final ReentrantLock operation = new ReentrantLock();
    private final Memberships memberships = new Memberships();
    private final CompletableFuture<Exit> removal = new CompletableFuture<>();
    private final Object saving = new Object();

    private volatile String name;
    private volatile HostConfig host;
    private volatile boolean isKeptOnce;
    private volatile @Nullable Health health;

    // Guarded by the operation lock.
    private long restartDelayMs;

    // Guarded by this.
    private ContainerStatus status = ContainerStatus.CREATED;
    private CompletableFuture<Exit> nextExit = new CompletableFuture<>();
    private @Nullable Run run;
    private boolean isStopWanted;
    private boolean isStoppedByUser;
    private Optional<Instant> processStart = Optional.empty();

    Container(
            final String id,
            final String name,
            final Instant created,
            final ContainerConfig config,
            final HostConfig host,
            final Image image,
            final Path directory,
            final ContainerRoot root,
            final List<BoundMount> mounts,
            final ProcessInput input) {
        this.id = id;
        this.name = name;
        this.created = created;
        this.config = config;
        this.host = host;
        this.image = image;
        this.directory = directory;
        this.root = root;
        this.log = new ContainerLog(directory.resolve(id + "-json.log"));
        this.mounts = List.copyOf(mounts);
        this.input = input;
    }

    /// How a run ended.
    ///
    /// @param error empty if nothing went wrong on our side
    public record Exit(int code, String error) {}

    /// What a running container holds.
    ///
    /// @param endpoint absent in the host's network, and in that of another container
    record Run(ContainerProcess process, Optional<Endpoint> endpoint, CompletableFuture<@Nullable Void> output) {}

    /// A file or directory of the host in it, or a volume, as `inspect` shows it.
    ///
    /// @param source of a volume, the directory that its files are in; empty until that is known
    public record BoundMount(String source, String target, boolean isReadOnly, Optional<Use> volume) {
        /// Of the host.
        public BoundMount(final String source, final String target, final boolean isReadOnly) {
            this(source, target, isReadOnly, Optional.empty());
        }

        /// @param name empty for one that is still to be made
        /// @param isAnonymous whether it goes with the container where that is wanted
        /// @param isFilled whether what the image has there is copied into it while it is empty
        /// @param labels for one that is still to be made
        public record Use(String name, boolean isAnonymous, boolean isFilled, Map<String, String> labels) {
            public Use {
                labels = Map.copyOf(labels);
            }
        }

        static BoundMount ofVolume(
                final String name, final String target, final boolean isReadOnly, final boolean isFilled) {
            return new BoundMount(
                    "", target, isReadOnly, Optional.of(new Use(name, name.isEmpty(), isFilled, Map.of())));
        }
    }

    /// 64 hexadecimal digits.
    public String id() {
        return id;
    }

    /// Without the slash before it.
    public String name() {
        return name;
    }

    public Instant created() {
        return created;
    }

    /// With what the image adds.
    public ContainerConfig config() {
        return config;
    }

    public HostConfig host() {
        return host;
    }

    public Image image() {
        return image;
    }

    public List<BoundMount> mounts() {
        return mounts;
    }

    /// Where its files of the engine are.
    public Path directory() {
        return directory;
    }

    public ContainerRoot root() {
        return root;
    }

    public ContainerLog log() {
        return log;
    }

    public synchronized ContainerStatus status() {
        return status;
    }

    /// Its place in the network, while it runs and has one of its own.
    public synchronized Optional<Endpoint> endpoint() {
        return run == null ? Optional.empty() : run.endpoint();
    }

    /// The same, if networks can be plugged into it.
    public Optional<Sandbox> sandbox() {
        return Sandbox.of(endpoint());
    }

    public Memberships memberships() {
        return memberships;
    }

    /// Done when it next exits.
    public synchronized CompletableFuture<Exit> nextExit() {
        return nextExit.copy();
    }

    /// Done when it does not run: at once if so.
    public synchronized CompletableFuture<Exit> notRunning() {
        return status.state().hasProcess() || status.state() == ContainerState.RESTARTING
                ? nextExit.copy()
                : CompletableFuture.completedFuture(new Exit(status.exitCode(), status.error()));
    }

    /// Done when it is removed.
    public CompletableFuture<Exit> removal() {
        return removal.copy();
    }

    /// What a client sees of its output from now on: of this run, or of the next if it does not run.
    public Attachment attach(final boolean stdout, final boolean stderr) {
        return output.attach(stdout, stderr);
    }

    /// Where clients write its input; it is kept for a process that does not run yet.
    public ClientInput openInput() {
        return new ClientInput(input, config.isInputOnce() && !config.hasTerminal());
    }

    /// Of this run, or of the last; empty if nothing tests it.
    public Optional<Health.View> health() {
        return Optional.ofNullable(health).map(Health::view);
    }

    /// A run has begun that is tested.
    void health(final Health ofRun) {
        health = ofRun;
    }

    OutputHub output() {
        return output;
    }

    ProcessInput input() {
        return input;
    }

    ReentrantLock operation() {
        return operation;
    }

    /// `docker update`.
    void update(final HostConfig otherwise) {
        host = otherwise;
    }

    /// What it last waited before it was restarted; 0 if somebody started it.
    long restartDelayMs() {
        return restartDelayMs;
    }

    void restartDelayMs(final long delayMs) {
        restartDelayMs = delayMs;
    }

    void rename(final String newName) {
        name = newName;
    }

    /// Whether the next exit is part of a restart, so that nothing is removed by it.
    void keepOnce(final boolean isKept) {
        isKeptOnce = isKept;
    }

    boolean isKeptOnce() {
        return isKeptOnce;
    }

    synchronized Optional<ContainerProcess> process() {
        return run == null ? Optional.empty() : Optional.of(run.process());
    }

    synchronized void begin(final Run newRun, final Instant now, final int restarts) {
        run = newRun;
        isStopWanted = false;
        isStoppedByUser = false;
        // For its document, which not all have.
        processStart = host.isRemovedAtExit()
                ? Optional.empty()
                : LeftoverProcess.start(newRun.process().pid());
        change(status.running(newRun.process().pid(), now, restarts));
    }

    /// Ends the run and, unless it is to be restarted, tells those who wait for it.
    ///
    /// @return how to tell them: without this lock
    synchronized Runnable end(final ContainerState next, final int code, final Instant now) {
        final boolean isOutOfMemory = run != null && run.process().isOutOfMemory();
        run = null;
        processStart = Optional.empty();
        change(status.ended(next, code, now, isOutOfMemory));
        return next == ContainerState.EXITED ? completeExit(code, "") : () -> {};
    }

    synchronized void pausedOrNot(final ContainerState next) {
        change(status.in(next));
    }

    synchronized void beginRemoval() {
        change(status.in(ContainerState.REMOVING));
    }

    /// The start has failed: the state stays.
    synchronized void fail(final int code, final String message) {
        status = status.failed(code, message);
    }

    /// A restart was given up.
    synchronized Runnable giveUpRestart() {
        change(status.in(ContainerState.EXITED));
        return completeExit(status.exitCode(), status.error());
    }

    void completeRemoval() {
        // Without the error of a start: whoever started it has been told.
        removal.complete(new Exit(status().exitCode(), ""));
    }

    /// Somebody wants it to end: no restart policy applies.
    ///
    /// @param isUser whether it stays so for the next engine
    synchronized void wantStop(final boolean isUser) {
        isStopWanted = true;
        isStoppedByUser |= isUser;
    }

    synchronized boolean isStoppedByUser() {
        return isStoppedByUser;
    }

    synchronized boolean isStopWanted() {
        return isStopWanted;
    }

    /// Held while it is written to the disk.
    Object saving() {
        return saving;
    }

    /// @param driver of the storage that has its root
    synchronized SavedContainer saved(final String driver) {
        return new SavedContainer(
                SavedContainer.FORMAT,
                driver,
                id,
                name,
                created,
                config,
                host,
                image,
                mounts,
                Optional.of(memberships.joined()),
                status,
                isStoppedByUser,
                processStart);
    }

    /// What an earlier engine has left of it.
    synchronized void restore(final ContainerStatus left, final boolean isUser) {
        status = left;
        isStoppedByUser = isUser;
    }

    private Runnable completeExit(final int code, final String error) {
        final CompletableFuture<Exit> ended = nextExit;
        nextExit = new CompletableFuture<>();
        return () -> ended.complete(new Exit(code, error));
    }

    private void change(final ContainerStatus next) {
        if (!status.state().canBecome(next.state())) {
            throw new IllegalStateException("container " + id + " from " + status.state() + " to " + next.state());
        }
        status = next;
    }
}
