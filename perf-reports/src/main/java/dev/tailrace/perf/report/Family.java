package dev.tailrace.perf.report;

import dev.tailrace.perf.matrix.Cell;
import dev.tailrace.perf.matrix.Protocol;
import dev.tailrace.perf.result.Metric;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/// Cells whose ratios may stand in one range: the same is measured in the same way.
///
/// @param rate what is shown first of them
/// @param loaded whether a stream runs beside
record Family(Protocol protocol, Metric rate, boolean loaded) {
    private static final Comparator<Family> ORDER =
            Comparator.comparing(Family::protocol).thenComparing(Family::rate).thenComparing(Family::loaded);

    static Family of(final Cell cell) {
        return new Family(cell.protocol(), Metric.primary(cell), cell.beside().isPresent());
    }

    /// Those that there are, what is asked for most first.
    static List<Family> of(final Collection<Cell> cells) {
        return cells.stream().map(Family::of).distinct().sorted(ORDER).toList();
    }

    boolean has(final Cell cell) {
        return of(cell).equals(this);
    }

    /// The title of a column: `TCP throughput`.
    String title() {
        final String name = Wording.protocol(protocol);
        return switch (rate) {
            case GOODPUT -> name + " throughput";
            case DATAGRAMS -> name + " datagrams of a given length";
            case MEDIAN_TIME -> "time of operations";
            default -> loaded ? name + " beside a stream" : name;
        };
    }

    /// What ours does, with places for how many times and the other's name.
    String sentence() {
        final String what = switch (protocol) {
            case TCP -> "carries %s times as much TCP as %s";
            case UDP ->
                rate == Metric.DATAGRAMS
                        ? "carries %s times as many datagrams as %s"
                        : "carries %s times as much UDP as %s";
            case UDPGSO -> "carries %s times as much UDP with GSO as %s";
            case RR -> "answers %s times as many requests as %s";
            case CRR -> "takes %s times as many connections as %s";
            case RUNTIME -> "takes %s times as long as %s";
        };
        return loaded ? what + " beside a stream" : what;
    }
}
