package dev.tailrace.perf.cli;

import dev.tailrace.perf.backend.Backend;
import dev.tailrace.perf.backend.Backends;
import dev.tailrace.perf.backend.Restricted;
import dev.tailrace.perf.compare.Budgets;
import dev.tailrace.perf.compare.Judge;
import dev.tailrace.perf.harness.Progress;
import dev.tailrace.perf.harness.RunId;
import dev.tailrace.perf.harness.Session;
import dev.tailrace.perf.lab.Lab;
import dev.tailrace.perf.lab.LabException;
import dev.tailrace.perf.lab.Programs;
import dev.tailrace.perf.lab.StopSignal;
import dev.tailrace.perf.matrix.Profile;
import dev.tailrace.perf.matrix.Protocol;
import dev.tailrace.perf.matrix.TrafficPath;
import dev.tailrace.perf.result.RunRecord;
import dev.tailrace.perf.result.Source;
import dev.tailrace.perf.store.ResultStore;
import dev.tailrace.perf.traffic.Traffic;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/// A session from the command line: outside it is prepared, inside it is held, judged, kept and shown.
final class Measuring {
    /// Files and sockets of a session are kept here: a memory file system of its own is mounted over it, and the
    /// path is short, as the names of sockets must be.
    private static final Path SCRATCH = Path.of("/dev/shm");

    private final String kind;
    private final Profile profile;
    private final MeasureOptions options;
    private final ResultStore store;
    private final List<String> arguments;
    private Optional<Path> baselineImage = Optional.empty();
    private Source source = new Source(Settings.commit(), Settings.isDirty(), "");

    /// @param kind see [RunRecord]
    /// @param arguments of the whole program, to run it again inside, and to say how to repeat the session
    Measuring(
            final String kind,
            final Profile profile,
            final MeasureOptions options,
            final ResultStore store,
            final List<String> arguments) {
        this.kind = kind;
        this.profile = profile;
        this.options = options;
        this.store = store;
        this.arguments = List.copyOf(arguments);
    }

    /// What the gate compares.
    void compare(final Path baseline, final Source sources) {
        baselineImage = Optional.of(baseline);
        source = sources;
    }

    /// Finds out what can be found out before the namespaces are made.
    ///
    /// @throws LabException in one line, if the session could not be held
    void check() {
        Privilege.requireOrdinaryUser();
        if (Programs.find("iperf3").isEmpty()) {
            throw new LabException("iperf3 is not installed. Fix: apt-get install iperf3");
        }
        options.congestion();
        backends();
        store.requireRoom();
    }

    /// Runs the command line again inside.
    ///
    /// @param properties for the inner program
    /// @return the exit status
    int enclose(final Map<String, String> properties) {
        try (Scratch scratch = Scratch.in(store.directory())) {
            final Map<String, String> all = new LinkedHashMap<>(properties);
            all.put(Settings.SCRATCH, scratch.directory().toString());
            return Enclosure.run(arguments, all);
        }
    }

    /// Says what would be measured.
    int plan() {
        System.out.printf(
                "%s: %d blocks, %d s a turn, congestion control %s%n",
                profile.name(), profile.blocks(), profile.seconds(), options.congestionText());
        final List<Backend> backends = backends();
        profile.cells()
                .forEach(cell -> System.out.printf(
                        "  %-24s %s%n",
                        cell.id(),
                        String.join(
                                ", ",
                                backends.stream()
                                        .filter(each -> each.carries(cell))
                                        .map(Backend::id)
                                        .toList())));
        return ExitCode.OK;
    }

    /// Holds the session; to be called inside.
    ///
    /// @param course what is measured, in which order
    int hold(final Consumer<Session> course) {
        try (StopSignal stop = StopSignal.install()) {
            stop.onRaise(Traffic::interrupt);
            return hold(course, stop);
        }
    }

    private int hold(final Consumer<Session> course, final StopSignal stop) {
        final Instant start = Instant.now();
        final String runId = RunId.of(start, source.commit(), profile.name());
        final RunRecord measured;
        final Progress progress = new Progress(System.err, columns(), System::nanoTime);
        try (Lab lab = Lab.open(SCRATCH, options.congestion())) {
            final Session session = new Session(
                    lab,
                    new Session.Heading(runId, kind, options.seed(), start, source, settings()),
                    profile,
                    backends(),
                    progress,
                    stop::isRaised);
            course.accept(session);
            measured = session.record();
        } finally {
            progress.close();
        }
        final RunRecord run = Judge.judge(measured, Budgets.load());
        final Path kept = store.keep(run);
        final Publication publication = new Publication(store);
        publication.show(run);
        publication.publish(run, store.latest());
        System.out.println("Kept as " + kept);
        return stop.isRaised() ? ExitCode.INTERRUPTED : ExitCode.of(run.verdict());
    }

    private Map<String, String> settings() {
        final Map<String, String> settings = new LinkedHashMap<>();
        settings.put(
                "command",
                "./tailrace bench "
                        + String.join(
                                " ", arguments.stream().map(Measuring::quoted).toList()));
        settings.put("congestion control asked for", options.congestionText());
        settings.put("outer user", Lab.outerUser());
        return settings;
    }

    private static String quoted(final String argument) {
        return argument.matches("[A-Za-z0-9_./=@,:+-]+") ? argument : "'" + argument.replace("'", "'\\''") + "'";
    }

    private static OptionalInt columns() {
        return Settings.terminalColumns().map(OptionalInt::of).orElse(OptionalInt.empty());
    }

    /// Those of the profile that are here; those that are not are named.
    private List<Backend> backends() {
        final Backends all = new Backends(options.image(), baselineImage, options.peers(), Settings.scratch());
        final List<Backend> found = new ArrayList<>();
        for (final String id : profile.everyone()) {
            all.find(id)
                    .ifPresentOrElse(
                            found::add,
                            () -> sayOnce("tailrace bench: without %s, which is not installed. To have it: %s"
                                    .formatted(id, Backends.fix(id))));
        }
        if (found.isEmpty()) {
            throw new LabException("none of the backends is here: " + String.join(", ", profile.everyone()));
        }
        if (profile.backends().contains(Backends.OURS) && !profile.backends().contains(Backends.AGAIN)) {
            addTwin(all, found, Backends.AGAIN);
        }
        // One block tells no floor, and is not worth another engine.
        if (profile.backends().contains(Backends.ENGINE) && profile.blocks() > 1) {
            addTwin(all, found, Backends.ENGINE_AGAIN);
        }
        return found;
    }

    /// Our program takes part twice in one cell, so that each session knows its noise floor.
    private void addTwin(final Backends all, final List<Backend> found, final String id) {
        profile.cells().stream()
                .filter(cell -> cell.protocol() == Protocol.TCP && cell.path() != TrafficPath.C2C)
                .findFirst()
                .ifPresent(cell -> all.find(id).ifPresent(twin -> found.add(1, new Restricted(twin, cell))));
    }

    /// Both programs look, and one tells.
    private static void sayOnce(final String line) {
        if (!Settings.isInside()) {
            System.err.println(line);
        }
    }
}
