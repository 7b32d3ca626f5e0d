package dev.tailrace.perf.report;

import dev.tailrace.perf.result.BackendIdentity.Role;
import dev.tailrace.perf.result.RunRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// Facts of a session without which its numbers mean nothing. The names are those of
/// [RunRecord#environment].
final class Facts {
    static final String MACHINE = "machine";
    static final String KERNEL = "kernel";
    static final String CONGESTION = "congestion control of the host";

    private static final Pattern ABSOLUTE_PATH = Pattern.compile("(^|[\\s='\"(])/[^\\s/]");
    private static final int DATE_LENGTH = "2026-11-24".length();

    private Facts() {}

    /// Of the host, and of the guests: one by one if they differ.
    static String congestion(final RunRecord run) {
        final Map<String, String> guests = new LinkedHashMap<>();
        run.backends().stream()
                .filter(each -> each.role() == Role.OURS || each.role() == Role.PEER)
                .filter(each -> !each.congestion().isEmpty())
                .forEach(each -> guests.put(Wording.name(each), each.congestion()));
        final List<String> parts = new ArrayList<>();
        final String host = run.environment().getOrDefault(CONGESTION, "");
        if (!host.isEmpty()) {
            parts.add("host " + host);
        }
        if (Set.copyOf(guests.values()).size() == 1) {
            parts.add("guests " + guests.values().iterator().next());
        } else {
            guests.forEach((name, congestion) -> parts.add(name + " " + congestion));
        }
        return String.join(", ", parts);
    }

    static String date(final RunRecord run) {
        return run.startedAt().length() < DATE_LENGTH
                ? run.startedAt()
                : run.startedAt().substring(0, DATE_LENGTH);
    }

    /// Whose values are the same in every checkout: what contains a path of a file is left out.
    static Map<String, String> withoutPaths(final RunRecord run) {
        final Map<String, String> facts = new LinkedHashMap<>();
        facts.put("run", run.runId());
        facts.put("profile", "%s (%s), seed %d".formatted(run.profile(), run.kind(), run.seed()));
        facts.put("started", "%s, took %d s".formatted(run.startedAt(), run.elapsedSeconds()));
        facts.put("commit", Wording.commit(run));
        facts.put("baseline", Wording.shortHash(run.source().baseline()));
        facts.put("congestion control", congestion(run));
        run.environment().forEach(facts::putIfAbsent);
        facts.remove(CONGESTION);
        facts.values()
                .removeIf(
                        value -> value.isEmpty() || ABSOLUTE_PATH.matcher(value).find());
        return facts;
    }

    /// `machine; date; congestion; run`, each if it is known.
    static List<String> caption(final RunRecord run) {
        final List<String> parts = new ArrayList<>();
        parts.add(run.environment().getOrDefault(MACHINE, ""));
        final String kernel = run.environment().getOrDefault(KERNEL, "");
        parts.add(kernel.isEmpty() ? "" : "kernel " + kernel);
        parts.add(date(run));
        final String congestion = congestion(run);
        parts.add(congestion.isEmpty() ? "" : "congestion control: " + congestion);
        parts.add("run " + run.runId());
        parts.removeIf(String::isEmpty);
        return parts;
    }
}
