package dev.tailrace.perf.compare;

import dev.tailrace.perf.result.BackendIdentity;
import dev.tailrace.perf.result.BackendIdentity.Role;
import dev.tailrace.perf.result.CellResult;
import dev.tailrace.perf.result.Comparison;
import dev.tailrace.perf.result.RunRecord;
import dev.tailrace.perf.result.Verdict;
import dev.tailrace.perf.stats.Sensitivity;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/// What a reader should know of a session whatever its verdict is: what was not what it seemed, what failed, what
/// was not looked at, and how small a change could have been seen.
final class SessionNotes {
    private SessionNotes() {}

    /// One line each.
    ///
    /// @param shown what the session was held for
    static List<String> of(final RunRecord run, final List<Comparison> shown, final Budgets budgets) {
        final List<String> notes = new ArrayList<>();
        for (final BackendIdentity backend : run.backends()) {
            for (final String objection : backend.objections()) {
                notes.add("%s is not what its name says, and its cells are invalid: %s"
                        .formatted(backend.id(), objection));
            }
        }
        run.first(Role.OURS).ifPresent(ours -> notes.addAll(failures(run, ours.id())));
        notes.addAll(unmeasured(run, budgets));
        notes.addAll(sensitivity(run, shown));
        return notes;
    }

    private static List<String> failures(final RunRecord run, final String ours) {
        final List<String> notes = new ArrayList<>();
        for (final CellResult cell : run.cells()) {
            final List<String> failures = cell.failures(ours);
            if (!failures.isEmpty()) {
                notes.add("%s failed %d times in %s: %s"
                        .formatted(ours, failures.size(), cell.cell(), failures.getFirst()));
            }
        }
        return notes;
    }

    /// Nothing if the session is about no promise at all.
    private static List<String> unmeasured(final RunRecord run, final Budgets budgets) {
        final List<Budgets.Promise> unmeasured = budgets.unmeasured(run);
        if (unmeasured.isEmpty() || budgets.outcomes(run).isEmpty()) {
            return List.of();
        }
        return List.of("promises not measured: "
                + unmeasured.stream()
                        .map(each -> "%s of %s%s"
                                .formatted(
                                        each.metric().title(),
                                        each.cell(),
                                        each.versus().equals(Comparison.NOTHING) ? "" : " to " + each.versus()))
                        .collect(Collectors.joining("; ")));
    }

    /// Of the comparisons of our program with a build of it, if the session was held for them.
    private static List<String> sensitivity(final RunRecord run, final List<Comparison> shown) {
        final Map<String, List<String>> seen = new LinkedHashMap<>();
        for (final Comparison each : shown) {
            final OptionalDouble change = smallestChange(each);
            if (isBuild(run, each.baseline()) && change.isPresent()) {
                seen.computeIfAbsent(each.cell(), cell -> new ArrayList<>())
                        .add(String.format(
                                Locale.ROOT, "%s from %.0f %%", each.metric().title(), change.getAsDouble() * 100));
            }
        }
        return seen.entrySet().stream()
                .map(each -> "%s: changes that this session can see: %s"
                        .formatted(each.getKey(), String.join(", ", each.getValue())))
                .toList();
    }

    private static boolean isBuild(final RunRecord run, final String id) {
        return run.backend(id).filter(each -> each.role() == Role.BASELINE).isPresent();
    }

    private static OptionalDouble smallestChange(final Comparison each) {
        return each.verdict() == Verdict.INVALID
                ? OptionalDouble.empty()
                : Sensitivity.ofInterval(
                        Math.log(each.lower()),
                        Math.log(each.upper()),
                        each.pairs(),
                        Policy.GATE.of(each.metric()).threshold(),
                        Policy.GATE.alpha());
    }
}
