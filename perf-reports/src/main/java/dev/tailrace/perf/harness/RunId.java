package dev.tailrace.perf.harness;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/// Names of sessions: they sort by time and say what was measured.
public final class RunId {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private static final int SHORT_HASH = 7;

    private RunId() {}

    /// @param commit hash; may be empty
    public static String of(final Instant start, final String commit, final String profile) {
        final String hash = commit.isEmpty() ? "unknown" : commit.substring(0, Math.min(SHORT_HASH, commit.length()));
        return "%s-%s-%s".formatted(TIME.format(start), hash, profile.replaceAll("[^A-Za-z0-9_.-]", "-"));
    }
}
