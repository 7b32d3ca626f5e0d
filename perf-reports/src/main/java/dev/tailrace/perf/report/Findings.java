package dev.tailrace.perf.report;

import dev.tailrace.perf.matrix.Cell;
import dev.tailrace.perf.matrix.TrafficPath;
import dev.tailrace.perf.result.BackendIdentity;
import dev.tailrace.perf.result.BackendIdentity.Role;
import dev.tailrace.perf.result.CellResult;
import dev.tailrace.perf.result.Comparison;
import dev.tailrace.perf.result.Metric;
import dev.tailrace.perf.result.RunRecord;
import dev.tailrace.perf.result.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// What a session says, in sentences: the same for page, summary and terminal.
final class Findings {
    private static final String GATE = "gate";
    private static final String CALIBRATE = "calibrate";
    private static final int NAMED = 3;
    private static final Set<Metric> OF_NOISE = Set.of(Metric.GOODPUT, Metric.CPU_PER_GIB, Metric.TRANSACTIONS);

    private final RunView view;
    private final RunRecord run;

    Findings(final RunView view) {
        this.view = view;
        this.run = view.run();
    }

    /// Comparisons of the candidate with its baseline: what a gate decides by.
    List<Comparison> gated() {
        return run.comparisons().stream()
                .filter(each -> !run.calibration().contains(each))
                .filter(each -> run.backend(each.baseline())
                        .filter(backend -> backend.role() == Role.BASELINE)
                        .isPresent())
                .toList();
    }

    boolean isGate() {
        return run.kind().equals(GATE) || (!run.source().baseline().isEmpty() && !gated().isEmpty());
    }

    boolean isCalibration() {
        return run.kind().equals(CALIBRATE);
    }

    /// The verdict in one or two words. A session without a baseline is held to the promises.
    String badge() {
        if (isGate() || isCalibration()) {
            return run.verdict().name();
        }
        return switch (run.verdict()) {
            case REGRESSED -> "PROMISE BROKEN";
            case UNCHANGED, IMPROVED -> "PROMISES KEPT";
            case INCONCLUSIVE -> "NOT ALL PROMISES DECIDED";
            case INVALID -> "INVALID";
        };
    }

    /// One sentence without a full stop.
    String headline() {
        if (view.cells().isEmpty()) {
            return "Nothing was measured";
        }
        if (run.verdict() == Verdict.INVALID) {
            return "This session is invalid"
                    + (run.remarks().isEmpty() ? "" : ": " + run.remarks().getLast());
        }
        if (isCalibration()) {
            return "How much the same program differs from itself on this machine";
        }
        if (isGate()) {
            return gateHeadline();
        }
        return runHeadline();
    }

    private String gateHeadline() {
        final long cells = gated().stream().map(Comparison::cell).distinct().count();
        return switch (run.verdict()) {
            case REGRESSED -> "Regressed: " + named(Verdict.REGRESSED);
            case IMPROVED -> "Improved: " + named(Verdict.IMPROVED);
            case UNCHANGED -> "No regression in " + Wording.count(cells, "cell");
            case INCONCLUSIVE ->
                "No regression seen in %s, but the session is too noisy to rule one out"
                        .formatted(Wording.count(cells, "cell"));
            case INVALID -> "This session is invalid";
        };
    }

    /// What decided; only what fresh blocks confirmed can make a gate fail.
    private String named(final Verdict verdict) {
        final List<Comparison> found = decisive().stream()
                .filter(each -> each.verdict() == verdict)
                .filter(each -> verdict != Verdict.REGRESSED || each.stage().equals(CellResult.CONFIRM))
                .toList();
        if (found.isEmpty()) {
            return run.remarks().isEmpty()
                    ? "see the comparisons"
                    : run.remarks().getLast();
        }
        final String first = found.stream()
                .limit(NAMED)
                .map(each -> "%s %s of %s".formatted(each.metric().title(), Wording.change(each.ratio()), each.cell()))
                .collect(Collectors.joining("; "));
        return found.size() > NAMED ? "%s; and %d more".formatted(first, found.size() - NAMED) : first;
    }

    /// What was confirmed or refuted with fresh blocks takes the place of what the screen had found.
    private List<Comparison> decisive() {
        final Map<String, Comparison> last = new LinkedHashMap<>();
        gated().forEach(each -> last.merge(each.cell() + each.metric() + each.baseline(), each, Findings::later));
        return List.copyOf(last.values());
    }

    private static Comparison later(final Comparison one, final Comparison other) {
        return one.stage().equals(CellResult.CONFIRM) ? one : other;
    }

    private String runHeadline() {
        final Optional<BackendIdentity> ours = view.ours();
        final Optional<BackendIdentity> reference = view.reference();
        if (ours.isEmpty()) {
            return "What others reach on this machine";
        }
        final String name = Wording.capital(Wording.name(ours.get()));
        if (reference.isEmpty()) {
            return name + " on this machine";
        }
        for (final Family family : Family.of(view.cells())) {
            final Optional<String> sentence = sentence(name, reference.get(), family);
            if (sentence.isPresent()) {
                return sentence.get();
            }
        }
        return "Nothing to compare %s with %s by".formatted(Wording.name(ours.get()), Wording.name(reference.get()));
    }

    /// By the first path that both carry.
    private Optional<String> sentence(final String name, final BackendIdentity reference, final Family family) {
        for (final TrafficPath path : TrafficPath.values()) {
            final List<Double> ratios =
                    ratios(reference.id(), family.rate(), cell -> family.has(cell) && cell.path() == path);
            if (!ratios.isEmpty()) {
                final String what = family.sentence().formatted(range(ratios), Wording.name(reference));
                return Optional.of("%s %s, %s".formatted(name, what, path.title()));
            }
        }
        return Optional.empty();
    }

    /// Of the comparisons that are not invalid.
    List<Double> ratios(final String baseline, final Metric metric, final Predicate<Cell> cells) {
        return view.cells().stream()
                .filter(cells)
                .map(cell -> view.comparison(cell, metric, baseline))
                .flatMap(Optional::stream)
                .filter(each -> each.verdict() != Verdict.INVALID)
                .map(Comparison::ratio)
                .toList();
    }

    /// `3.6 to 32`.
    static String range(final List<Double> ratios) {
        final String least =
                Wording.times(ratios.stream().min(Comparator.naturalOrder()).orElseThrow());
        final String most =
                Wording.times(ratios.stream().max(Comparator.naturalOrder()).orElseThrow());
        return least.equals(most) ? least : least + " to " + most;
    }

    /// By the primary metric of each cell.
    Map<Standing, List<Comparison>> byStanding(final String baseline) {
        final Map<Standing, List<Comparison>> standings = new EnumMap<>(Standing.class);
        for (final Cell cell : view.cells()) {
            view.comparison(cell, Metric.primary(cell), baseline)
                    .ifPresent(each -> standings
                            .computeIfAbsent(Standing.of(each), standing -> new ArrayList<>())
                            .add(each));
        }
        return standings;
    }

    /// In how many cells who is faster, in a sentence; empty without a peer.
    String lead() {
        if (isGate()) {
            return gateLead();
        }
        if (view.ours().isEmpty() || view.reference().isEmpty()) {
            return "";
        }
        final BackendIdentity reference = view.reference().get();
        final Map<Standing, List<Comparison>> standings = byStanding(reference.id());
        final int all = standings.values().stream().mapToInt(List::size).sum();
        final String parts = standings.entrySet().stream()
                .map(each -> part(each.getKey(), each.getValue()))
                .collect(Collectors.joining(", "));
        return all == 0
                ? ""
                : "%s to %s in %s: %s."
                        .formatted(
                                Wording.capital(Wording.name(view.ours().get())),
                                Wording.name(reference),
                                Wording.count(all, "cell"),
                                parts);
    }

    /// Names the cells that are few and not as they should be.
    private static String part(final Standing standing, final List<Comparison> found) {
        final String count = "%s in %d".formatted(standing.words(), found.size());
        if (standing == Standing.FASTER || standing == Standing.RATHER_FASTER || found.size() > NAMED) {
            return count;
        }
        final String named = found.stream()
                .map(each -> standing == Standing.INVALID
                        ? each.cell()
                        : "%s %s×".formatted(each.cell(), Wording.times(each.ratio())))
                .collect(Collectors.joining(", "));
        return "%s (%s)".formatted(count, named);
    }

    private String gateLead() {
        final Map<Verdict, Long> counts = decisive().stream()
                .collect(Collectors.groupingBy(
                        Comparison::verdict, () -> new EnumMap<>(Verdict.class), Collectors.counting()));
        final String found = counts.entrySet().stream()
                .map(each -> each.getValue() + " " + each.getKey())
                .collect(Collectors.joining(", "));
        final String candidate = Wording.commit(run);
        final String baseline = Wording.shortHash(run.source().baseline());
        return "Candidate %s against baseline %s, %s: %s."
                .formatted(
                        candidate.isEmpty() ? "of unknown commit" : candidate,
                        baseline.isEmpty() ? "of unknown commit" : baseline,
                        Wording.count(decisive().size(), "comparison"),
                        found.isEmpty() ? "none" : found);
    }

    /// How far the same program is from itself, for each metric the outermost ends of its intervals.
    String noiseFloor() {
        final Map<Metric, List<Comparison>> metrics = run.calibration().stream()
                .filter(Wording::hasInterval)
                .filter(each -> OF_NOISE.contains(each.metric()))
                .collect(Collectors.groupingBy(
                        Comparison::metric, () -> new EnumMap<>(Metric.class), Collectors.toList()));
        if (metrics.isEmpty()) {
            return run.calibration().isEmpty()
                    ? "Noise floor: not measured"
                    : "Noise floor: not known, it takes more blocks than " + pairs(run.calibration());
        }
        final String floors = metrics.entrySet().stream()
                .map(each -> each.getKey().title() + " " + ends(each.getValue()))
                .collect(Collectors.joining(", "));
        return "Noise floor (the same program twice, worst cell): " + floors;
    }

    private static int pairs(final List<Comparison> comparisons) {
        return comparisons.stream().mapToInt(Comparison::pairs).max().orElse(0);
    }

    private static String ends(final List<Comparison> comparisons) {
        final double lower =
                comparisons.stream().mapToDouble(Comparison::lower).min().orElse(1);
        final double upper =
                comparisons.stream().mapToDouble(Comparison::upper).max().orElse(1);
        return Wording.change(lower).replace(" %", "") + " to " + Wording.change(upper);
    }

    /// What the reader must know before anything else; empty if all is well.
    List<String> warnings() {
        final List<String> warnings = new ArrayList<>();
        if (run.verdict() == Verdict.INVALID) {
            warnings.add("INVALID: this session shows nothing, see the remarks.");
        }
        if (run.partial()) {
            warnings.add("PARTIAL: the session ended before everything was measured.");
        }
        for (final BackendIdentity backend : view.backends()) {
            if (!backend.objections().isEmpty()) {
                warnings.add(
                        "%s is INVALID: %s".formatted(Wording.name(backend), String.join("; ", backend.objections())));
            }
        }
        return warnings;
    }

    /// The last line of what a terminal shows.
    String verdictLine() {
        return "%s%s: %s".formatted(badge(), run.partial() ? " (partial)" : "", statement());
    }

    /// The headline without the word that the verdict before it says already.
    String statement() {
        return headline().replaceFirst("^(Regressed|Improved|This session is invalid): ", "");
    }
}
