package dev.tailrace.perf.model;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A whole session.
///
/// @param greeting what the guest reached before the measurement, step to answer, in order
/// @param environment facts about machine and settings, name to value, in the order to show them
/// @param backends in the order to show them
/// @param series one for each backend and cell
/// @param footprints one for each backend and MTU that has a process
public record Results(
        Map<String, String> greeting,
        Map<String, String> environment,
        List<Identity> backends,
        List<Series> series,
        List<Footprint> footprints) {
    public Results {
        backends = List.copyOf(backends);
        series = List.copyOf(series);
        footprints = List.copyOf(footprints);
    }

    /// The MTUs in the order of the series.
    public List<Integer> mtus() {
        return series.stream().map(each -> each.cell().mtu()).distinct().toList();
    }

    public Optional<Series> find(final String backend, final Cell cell) {
        return series.stream()
                .filter(each -> each.backend().equals(backend) && each.cell().equals(cell))
                .findFirst();
    }

    public Optional<Footprint> footprint(final String backend, final int mtu) {
        return footprints.stream()
                .filter(each -> each.backend().equals(backend) && each.mtu() == mtu)
                .findFirst();
    }

    public Optional<Identity> ours() {
        return backends.stream()
                .filter(each -> each.role() == Identity.Role.OURS)
                .findFirst();
    }

    /// The first peer: what ratios refer to.
    public Optional<Identity> reference() {
        return backends.stream()
                .filter(each -> each.role() == Identity.Role.PEER)
                .findFirst();
    }

    /// Throughput of a backend over that of [#reference()], run by run.
    public Optional<Spread> ratio(final String backend, final Cell cell) {
        return reference().flatMap(peer -> ratio(backend, peer.id(), cell));
    }

    /// Throughput of a backend over that of another one, run by run.
    public Optional<Spread> ratio(final String backend, final String other, final Cell cell) {
        return find(other, cell).flatMap(theirs -> find(backend, cell).flatMap(mine -> mine.ratioTo(theirs)));
    }

    /// What shows the limits of the machine.
    public List<Identity> rulers() {
        return backends.stream()
                .filter(each -> each.role() == Identity.Role.RULER)
                .toList();
    }
}
