package dev.tailrace.perf.result;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A whole session.
///
/// @param runId unique, sorts by time: `20261124T1740Z-1a2b3c4-gate`
/// @param kind `run`, `gate` or `calibrate`
/// @param profile name of the list of cells
/// @param seed that decided all orders
/// @param partial whether it ended before all was measured
/// @param startedAt ISO 8601, UTC
/// @param settings numbers and lengths of the runs, and the command that repeats them, name to value in
/// the order to show
/// @param environment facts about the machine, name to value in the order to show
/// @param backends in the order to show
/// @param comparisons of our program with each other backend, cell by cell; of the gate: with its baseline
/// @param calibration our program with itself
/// @param verdict of the session: REGRESSED if a comparison that the gate has confirmed is, or a promise is broken;
/// UNCHANGED if nothing has changed, and without a baseline, if all promises are kept; INVALID if the session
/// shows nothing
/// @param remarks why, one line each
public record RunRecord(
        String runId,
        String kind,
        String profile,
        long seed,
        boolean partial,
        String startedAt,
        long elapsedSeconds,
        Source source,
        Map<String, String> settings,
        Map<String, String> environment,
        List<BackendIdentity> backends,
        List<Start> starts,
        List<CellResult> cells,
        List<Comparison> comparisons,
        List<Comparison> calibration,
        Verdict verdict,
        List<String> remarks) {
    /// Of the form that [RunJson] writes.
    public static final int SCHEMA = 1;

    public RunRecord {
        settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
        environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
        backends = List.copyOf(backends);
        starts = List.copyOf(starts);
        cells = List.copyOf(cells);
        comparisons = List.copyOf(comparisons);
        calibration = List.copyOf(calibration);
        remarks = List.copyOf(remarks);
    }

    /// The same measurements with what was found in them.
    public RunRecord judged(
            final List<Comparison> newComparisons,
            final List<Comparison> newCalibration,
            final Verdict newVerdict,
            final List<String> newRemarks) {
        return new RunRecord(
                runId,
                kind,
                profile,
                seed,
                partial,
                startedAt,
                elapsedSeconds,
                source,
                settings,
                environment,
                backends,
                starts,
                cells,
                newComparisons,
                newCalibration,
                newVerdict,
                newRemarks);
    }

    public Optional<BackendIdentity> backend(final String id) {
        return backends.stream().filter(each -> each.id().equals(id)).findFirst();
    }

    /// The first backend of a role.
    public Optional<BackendIdentity> first(final BackendIdentity.Role role) {
        return backends.stream().filter(each -> each.role() == role).findFirst();
    }

    public Optional<CellResult> cell(final String id, final String stage) {
        return cells.stream()
                .filter(each -> each.cell().id().equals(id) && each.stage().equals(stage))
                .findFirst();
    }
}
