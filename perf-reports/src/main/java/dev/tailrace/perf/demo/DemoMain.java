package dev.tailrace.perf.demo;

import dev.tailrace.perf.backend.Backend;
import dev.tailrace.perf.backend.Backends;
import dev.tailrace.perf.backend.LoopbackBackend;
import dev.tailrace.perf.backend.SlirpBackend;
import dev.tailrace.perf.lab.Lab;
import dev.tailrace.perf.lab.LabException;
import dev.tailrace.perf.model.Results;
import dev.tailrace.perf.report.HtmlReport;
import dev.tailrace.perf.report.JsonReport;
import dev.tailrace.perf.report.Progress;
import dev.tailrace.perf.report.TextReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The demo: started by `./tailrace demo`, which gives it namespaces of its own.
public final class DemoMain {
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
        } catch (LabException | IOException failure) {
            System.err.println("tailrace demo: " + failure.getMessage());
            System.exit(FAILED);
        }
    }

    private static int run(final DemoOptions options) throws IOException {
        final List<Backend> backends = backends(options);
        final Path scratch = Files.createDirectories(options.out().resolve("demo-scratch"));
        try (Lab lab = Lab.open(scratch, congestion(options))) {
            final Map<String, String> environment = DemoFacts.of(lab, options);
            final Map<String, String> greeting = greet(lab, backends);
            final Progress progress = new Progress(System.err, options.terminal(), Contest.steps(options, backends));
            final Contest contest = new Contest(lab, options, backends, progress);
            contest.run();
            environment.put("congestion control", DemoFacts.congestion(lab, contest.guestCongestion()));
            progress.close();
            final Results results =
                    new Results(greeting, environment, contest.identities(), contest.series(), contest.footprints());
            publish(results, options);
            return succeeded(results) ? 0 : FAILED;
        }
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
        final Backends all = new Backends(options.image(), Optional.empty(), Map.of());
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

    private static void publish(final Results results, final DemoOptions options) throws IOException {
        Files.writeString(options.out().resolve("demo.html"), HtmlReport.of(results));
        Files.writeString(options.out().resolve("demo.json"), JsonReport.of(results));
        System.out.println(TextReport.of(results));
        System.out.println("The picture: " + options.page().toAbsolutePath().normalize());
    }

    /// Our own transfers must not fail; a peer's may.
    private static boolean succeeded(final Results results) {
        return results.series().stream()
                .filter(series -> results.ours()
                        .filter(ours -> ours.id().equals(series.backend()))
                        .isPresent())
                .allMatch(series -> series.failures().isEmpty());
    }
}
