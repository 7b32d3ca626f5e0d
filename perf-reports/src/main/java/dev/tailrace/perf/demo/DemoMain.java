package dev.tailrace.perf.demo;

import dev.tailrace.perf.backend.Backend;
import dev.tailrace.perf.backend.Backends;
import dev.tailrace.perf.backend.LoopbackBackend;
import dev.tailrace.perf.backend.SlirpBackend;
import dev.tailrace.perf.compare.Budgets;
import dev.tailrace.perf.compare.Judge;
import dev.tailrace.perf.harness.Progress;
import dev.tailrace.perf.harness.RunId;
import dev.tailrace.perf.harness.Session;
import dev.tailrace.perf.lab.Lab;
import dev.tailrace.perf.lab.LabException;
import dev.tailrace.perf.matrix.Cell;
import dev.tailrace.perf.matrix.Direction;
import dev.tailrace.perf.matrix.Profile;
import dev.tailrace.perf.matrix.Protocol;
import dev.tailrace.perf.matrix.TrafficPath;
import dev.tailrace.perf.report.RunPage;
import dev.tailrace.perf.report.RunText;
import dev.tailrace.perf.report.WalkthroughReport;
import dev.tailrace.perf.result.CellResult;
import dev.tailrace.perf.result.ResultException;
import dev.tailrace.perf.result.RunJson;
import dev.tailrace.perf.result.RunRecord;
import dev.tailrace.perf.result.Source;
import dev.tailrace.perf.result.Walkthrough;
import dev.tailrace.perf.result.WalkthroughJson;
import dev.tailrace.perf.store.ResultStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The demo: started by `./tailrace demo`, which gives it namespaces of its own.
public final class DemoMain {
    private static final String NAME = "demo";
    private static final int FAILED = 1;
    private static final int USAGE_ERROR = 2;

    private static final List<String> IDS =
            List.of(Backends.OURS, "slirp4netns", "pasta", "pasta, tuned", "copy proxy", LoopbackBackend.ID);

    private DemoMain() {}

    public static void main(final String[] arguments) {
        try {
            System.exit(run(DemoOptions.parse(arguments)));
        } catch (IllegalArgumentException misuse) {
            System.err.println("tailrace demo: " + misuse.getMessage() + "; ./tailrace help lists the options");
            System.exit(USAGE_ERROR);
        } catch (LabException | ResultException | IOException failure) {
            System.err.println("tailrace demo: " + failure.getMessage());
            System.exit(FAILED);
        }
    }

    private static int run(final DemoOptions options) throws IOException {
        final List<Backend> backends = backends(options);
        final Path scratch = Files.createDirectories(options.out().resolve("demo-scratch"));
        final Progress progress = new Progress(System.err, options.columns(), System::nanoTime);
        final RunRecord measured;
        try (Lab lab = Lab.open(scratch, congestion(options))) {
            final Instant start = Instant.now();
            final Map<String, String> greeting = greet(lab, backends);
            final Profile profile = profile(options, backends);
            final Session session =
                    new Session(lab, heading(options, start, greeting), profile, backends, progress, () -> false);
            session.measure(CellResult.ONLY_STAGE, profile.cells(), profile.blocks());
            measured = session.record();
        } finally {
            progress.close();
        }
        final RunRecord run = Judge.judge(measured, Budgets.load());
        publish(run, options);
        return succeeded(run) ? 0 : FAILED;
    }

    private static Profile profile(final DemoOptions options, final List<Backend> backends) {
        final List<Cell> cells = new ArrayList<>();
        for (final int mtu : options.mtus()) {
            for (final Direction direction : Direction.values()) {
                cells.add(new Cell(Protocol.TCP, TrafficPath.C2H, direction, mtu, 1));
            }
        }
        return new Profile(
                NAME,
                "one TCP stream each way, with everything that is installed",
                options.runs(),
                options.runs(),
                1,
                options.seconds(),
                options.warmupSeconds(),
                false,
                true,
                backends.stream().map(Backend::id).toList(),
                List.of(),
                cells);
    }

    private static Session.Heading heading(
            final DemoOptions options, final Instant start, final Map<String, String> greeting) {
        final String commit = System.getProperty("tailrace.commit", "");
        final Map<String, String> settings = new LinkedHashMap<>();
        settings.put("outer user", Lab.outerUser());
        greeting.forEach((step, answer) -> settings.put("a guest's " + step, answer));
        return new Session.Heading(
                RunId.of(start, commit, NAME),
                NAME,
                options.seed(),
                start,
                new Source(commit, Boolean.getBoolean("tailrace.dirty"), ""),
                settings);
    }

    /// The kernel lets the owner of a namespace choose only from the machine's list.
    private static Optional<String> congestion(final DemoOptions options) {
        final Optional<String> refused = options.congestion()
                .filter(name -> !Lab.allowedCongestionControls().contains(name));
        if (refused.isEmpty()) {
            return options.congestion();
        }
        final String message =
                "congestion control %s is not in net.ipv4.tcp_allowed_congestion_control, which root can set"
                        .formatted(refused.get());
        if (options.congestionAsked()) {
            throw new LabException(message);
        }
        System.err.println("tailrace demo: going on with the machine's default: " + message);
        return Optional.empty();
    }

    /// In the order of the report. What is not installed is left out and named.
    private static List<Backend> backends(final DemoOptions options) {
        final Backends all = new Backends(options.image(), Optional.empty(), Map.of(), options.out());
        final List<Backend> backends = new ArrayList<>();
        for (final String id : IDS) {
            if (!options.wants(id)
                    || (id.equals(Backends.OURS) && options.image().isEmpty())) {
                continue;
            }
            all.find(id)
                    .ifPresentOrElse(
                            backends::add,
                            () -> System.err.printf(
                                    "tailrace demo: without %s, which is not installed (%s)%n", id, Backends.fix(id)));
        }
        if (backends.isEmpty()) {
            throw new LabException("--only: none of these is here: " + String.join(", ", options.only()));
        }
        return backends;
    }

    /// By the first backend that speaks like slirp4netns: ours, if it is built.
    private static Map<String, String> greet(final Lab lab, final List<Backend> backends) {
        final Optional<Map<String, String>> greeting = backends.stream()
                .filter(SlirpBackend.class::isInstance)
                .findFirst()
                .map(backend -> Greeting.exchange(lab, backend));
        greeting.ifPresent(steps -> {
            System.out.println("An unprivileged network namespace reaches the servers of a stand-in internet:");
            steps.forEach((step, answer) -> System.out.printf("  %-30s %s%n", step, answer));
            System.out.println();
        });
        return greeting.orElse(Map.of());
    }

    private static void publish(final RunRecord run, final DemoOptions options) {
        final String walkthrough = options.walkthrough()
                .map(DemoMain::readWalkthrough)
                .map(WalkthroughReport::html)
                .orElse("");
        ResultStore.write(options.out().resolve("demo.html"), RunPage.html(run, List.of(), walkthrough));
        ResultStore.write(options.out().resolve("demo.json"), RunJson.write(run));
        System.out.print(RunText.of(run));
        System.out.println("The picture: " + options.page().toAbsolutePath().normalize());
    }

    private static Walkthrough readWalkthrough(final Path file) {
        try {
            return WalkthroughJson.read(Files.readString(file));
        } catch (IOException failure) {
            throw new ResultException("reading " + file + ": " + failure, failure);
        }
    }

    /// Our own transfers must not fail; a peer's may.
    private static boolean succeeded(final RunRecord run) {
        return run.cells().stream()
                .allMatch(cell -> cell.failures(Backends.OURS).isEmpty());
    }
}
