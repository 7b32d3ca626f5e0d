package dev.tailrace.perf.report;

import dev.tailrace.perf.matrix.Direction;
import dev.tailrace.perf.model.Cell;
import dev.tailrace.perf.model.Footprint;
import dev.tailrace.perf.model.Identity;
import dev.tailrace.perf.model.Results;
import dev.tailrace.perf.model.Sample;
import dev.tailrace.perf.model.Series;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One line of the result tables, text and HTML: what a backend did at one MTU.
final class ResultRow {
    private ResultRow() {}

    static List<String> header(final Results results, final int mtu) {
        final String ratio = results.reference().map(peer -> "to " + peer.id()).orElse("ratio");
        final List<String> header = new ArrayList<>(List.of("MTU " + mtu));
        for (final Direction direction : Direction.values()) {
            header.addAll(List.of(direction.label() + " Gbit/s", ratio, "CPU s/GiB"));
        }
        header.addAll(List.of("RSS MiB", "ready ms"));
        return header;
    }

    static List<String> of(final Results results, final Identity backend, final int mtu) {
        final List<String> row = new ArrayList<>(List.of(backend.id()));
        for (final Direction direction : Direction.values()) {
            final Cell cell = new Cell(mtu, direction);
            final Optional<Series> series = results.find(backend.id(), cell);
            row.add(
                    series.filter(each -> each.samples().isEmpty()).isPresent()
                            ? "failed"
                            : Format.spread(series.flatMap(each -> each.spread(Sample::gigabitsPerSecond)), ""));
            row.add(Format.spread(results.ratio(backend.id(), cell), "x"));
            row.add(Format.spread(
                    series.filter(each -> each.samples().stream().anyMatch(sample -> sample.cpuSeconds() > 0))
                            .flatMap(each -> each.spread(Sample::cpuSecondsPerGib)),
                    ""));
        }
        final Optional<Footprint> footprint = results.footprint(backend.id(), mtu);
        row.add(Format.whole(footprint.map(Footprint::peakResidentBytes).orElse(0L) / Format.BYTES_PER_MIB));
        row.add(Format.whole(footprint.map(Footprint::readyMs).orElse(0.0)));
        return row;
    }
}
