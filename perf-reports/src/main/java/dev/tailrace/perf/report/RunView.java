package dev.tailrace.perf.report;

import dev.tailrace.perf.matrix.Cell;
import dev.tailrace.perf.matrix.Direction;
import dev.tailrace.perf.matrix.Protocol;
import dev.tailrace.perf.matrix.TrafficPath;
import dev.tailrace.perf.result.BackendIdentity;
import dev.tailrace.perf.result.BackendIdentity.Role;
import dev.tailrace.perf.result.Block;
import dev.tailrace.perf.result.CellResult;
import dev.tailrace.perf.result.Comparison;
import dev.tailrace.perf.result.Metric;
import dev.tailrace.perf.result.RunRecord;
import dev.tailrace.perf.result.Sample;
import dev.tailrace.perf.result.Verdict;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/// A session as reports look at it: by cell and backend, all stages of a cell together.
final class RunView {
    /// The program that ours stands in for.
    static final String REFERENCE = "slirp4netns";

    private static final Comparator<Cell> ORDER = Comparator.comparing(Cell::protocol)
            .thenComparing(Cell::path)
            .thenComparing(Cell::streams)
            .thenComparing(Cell::mtu)
            .thenComparing(Cell::direction)
            .thenComparing(Cell::lengthBytes)
            .thenComparing(cell -> cell.beside().map(Direction::ordinal).orElse(-1));

    private final RunRecord run;
    private final Map<Cell, List<CellResult>> cells = new LinkedHashMap<>();
    private final List<BackendIdentity> backends;

    /// Cells that are shown together.
    record Group(Protocol protocol, TrafficPath path) {
        String title() {
            return Wording.protocol(protocol) + ", " + path.title();
        }
    }

    /// What one backend did in one cell.
    ///
    /// @param fault why the values are not what the backend's name says; empty if they are
    /// @param failures of the samples that have no value
    record Row(BackendIdentity backend, Values values, String fault, List<String> failures) {}

    RunView(final RunRecord run) {
        this.run = run;
        run.cells().stream()
                .filter(result -> !result.backends().isEmpty())
                .sorted(Comparator.comparing(CellResult::cell, ORDER))
                .forEach(result -> cells.computeIfAbsent(result.cell(), cell -> new ArrayList<>())
                        .add(result));
        backends = backends(run);
    }

    /// Ours first, then by role; who is in the samples but was not identified is a peer with an
    /// objection.
    private static List<BackendIdentity> backends(final RunRecord run) {
        final List<BackendIdentity> all = new ArrayList<>(run.backends());
        run.cells().stream()
                .flatMap(result -> result.backends().stream())
                .distinct()
                .filter(id -> run.backend(id).isEmpty())
                .forEach(id -> all.add(unidentified(id)));
        all.sort(Comparator.comparing(BackendIdentity::role));
        return List.copyOf(all);
    }

    private static BackendIdentity unidentified(final String id) {
        return new BackendIdentity(id, Role.PEER, "", "", "", "", "", "", "", List.of("never identified"));
    }

    RunRecord run() {
        return run;
    }

    List<BackendIdentity> backends() {
        return backends;
    }

    Collection<Cell> cells() {
        return cells.keySet();
    }

    Map<Group, List<Cell>> groups() {
        final Map<Group, List<Cell>> groups = new LinkedHashMap<>();
        cells.keySet()
                .forEach(cell -> groups.computeIfAbsent(
                                new Group(cell.protocol(), cell.path()), group -> new ArrayList<>())
                        .add(cell));
        return groups;
    }

    Optional<BackendIdentity> ours() {
        return run.first(Role.OURS);
    }

    List<BackendIdentity> of(final Role role) {
        return backends.stream().filter(each -> each.role() == role).toList();
    }

    /// The peer that headlines compare with.
    Optional<BackendIdentity> reference() {
        return of(Role.PEER).stream()
                .min(Comparator.comparing(each -> !each.id().equals(REFERENCE)));
    }

    /// Every backend that took part in a cell and has a value of the metric, or a failure in its place.
    List<Row> rows(final Cell cell, final Metric metric) {
        return backends.stream()
                .map(backend -> row(cell, backend, metric))
                .flatMap(Optional::stream)
                .toList();
    }

    Optional<Row> row(final Cell cell, final BackendIdentity backend, final Metric metric) {
        final String id = backend.id();
        final List<CellResult> stages = cells.getOrDefault(cell, List.of());
        final Values valid = new Values(stages.stream()
                .flatMap(stage -> Values.of(stage.values(id, metric)).all().stream())
                .toList());
        final List<String> failures =
                stages.stream().flatMap(stage -> stage.failures(id).stream()).toList();
        if (!valid.isEmpty()) {
            final String fault = String.join("; ", backend.objections());
            return Optional.of(new Row(backend, valid, fault, failures));
        }
        final Values discarded = new Values(samples(cell, id)
                .flatMap(sample -> sample.value(metric).stream().boxed())
                .toList());
        if (!discarded.isEmpty()) {
            return Optional.of(new Row(backend, discarded, discardReason(cell), failures));
        }
        return failures.isEmpty() ? Optional.empty() : Optional.of(new Row(backend, discarded, "", failures));
    }

    /// Why no block of a cell counts, if none does.
    Optional<String> discarded(final Cell cell) {
        return blocks(cell).anyMatch(Block::isValid) ? Optional.empty() : Optional.of(discardReason(cell));
    }

    private String discardReason(final Cell cell) {
        return blocks(cell)
                .flatMap(block -> block.objections().stream())
                .findFirst()
                .map(reason -> "no block counts: " + reason)
                .orElse("no block counts");
    }

    Stream<Block> blocks(final Cell cell) {
        return cells.getOrDefault(cell, List.of()).stream().flatMap(stage -> stage.blocks().stream());
    }

    /// Of all blocks, also of those that do not count.
    Stream<Sample> samples(final Cell cell, final String backend) {
        return blocks(cell).map(block -> block.samples().get(backend)).filter(Objects::nonNull);
    }

    /// Ours to another backend, as it was judged; the ratio of the medians if nobody has judged.
    /// Nothing if one of them has no value.
    Optional<Comparison> comparison(final Cell cell, final Metric metric, final String baseline) {
        final Optional<BackendIdentity> ours = ours();
        if (ours.isEmpty() || ours.get().id().equals(baseline)) {
            return Optional.empty();
        }
        final Optional<Comparison> judged = run.comparisons().stream()
                .filter(each -> each.cell().equals(cell.id())
                        && each.metric() == metric
                        && each.baseline().equals(baseline)
                        && each.candidate().equals(ours.get().id()))
                .max(Comparator.comparing(each -> each.stage().equals(CellResult.CONFIRM)));
        return run.comparisons().isEmpty()
                ? ofMedians(cell, metric, ours.get(), baseline)
                : judged.filter(each -> each.ratio() > 0 || each.verdict() == Verdict.INVALID);
    }

    private Optional<Comparison> ofMedians(
            final Cell cell, final Metric metric, final BackendIdentity ours, final String baseline) {
        final Optional<Row> mine = row(cell, ours, metric);
        final Optional<Row> theirs = backends.stream()
                .filter(each -> each.id().equals(baseline))
                .findFirst()
                .flatMap(each -> row(cell, each, metric));
        if (mine.isEmpty() || theirs.isEmpty()) {
            return Optional.empty();
        }
        final double above = mine.get().values().median();
        final double below = theirs.get().values().median();
        if (above <= 0 || below <= 0) {
            return Optional.empty();
        }
        final String fault = mine.get().fault() + theirs.get().fault();
        final Verdict verdict = fault.isEmpty() ? Verdict.INCONCLUSIVE : Verdict.INVALID;
        final double ratio = above / below;
        return Optional.of(new Comparison(
                cell.id(),
                CellResult.ONLY_STAGE,
                metric,
                baseline,
                ours.id(),
                1,
                ratio,
                ratio,
                ratio,
                0,
                verdict,
                fault));
    }
}
