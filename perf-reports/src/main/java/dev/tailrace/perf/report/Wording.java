package dev.tailrace.perf.report;

import dev.tailrace.perf.matrix.Cell;
import dev.tailrace.perf.matrix.Direction;
import dev.tailrace.perf.matrix.Protocol;
import dev.tailrace.perf.result.BackendIdentity;
import dev.tailrace.perf.result.Comparison;
import dev.tailrace.perf.result.RunRecord;
import dev.tailrace.perf.result.Verdict;
import dev.tailrace.perf.svg.Tone;
import java.util.Locale;

/// How cells, ratios and verdicts are put into words.
final class Wording {
    private static final double TEN = 10;
    private static final double PERCENT = 100;
    private static final int SHORT_HASH = 7;
    private static final int MOST_OF_NAME = 32;
    private static final int START_OF_NAME = 20;
    private static final int END_OF_NAME = 10;

    private Wording() {}

    static String protocol(final Protocol protocol) {
        return switch (protocol) {
            case TCP -> "TCP";
            case UDP -> "UDP";
            case UDPGSO -> "UDP with GSO";
            case RR -> "Requests";
            case CRR -> "Connections";
            case RUNTIME -> "Containers";
        };
    }

    /// The cell within its protocol and path: `MTU 1500 up, 4 streams`, `MTU 1500 up, 64 bytes`,
    /// `MTU 1500, a stream up beside`.
    static String place(final Cell cell) {
        if (cell.operation().isPresent()) {
            return cell.operation().get().title();
        }
        final String direction =
                cell.protocol().isBulk() ? " " + cell.direction().label() : "";
        final String streams = cell.streams() == 1 ? "" : ", %d streams".formatted(cell.streams());
        final String length = cell.lengthBytes() == 0 ? "" : ", %d bytes".formatted(cell.lengthBytes());
        final String beside = cell.beside()
                .map(way -> ", a stream %s beside".formatted(way.label()))
                .orElse("");
        return "MTU %d%s%s%s%s".formatted(cell.mtu(), direction, streams, length, beside);
    }

    static String title(final Cell cell) {
        return "%s, %s, %s".formatted(protocol(cell.protocol()), cell.path().title(), place(cell));
    }

    static String direction(final Direction direction, final int streams) {
        return streams == 1 ? direction.label() : "%s, %d streams".formatted(direction.label(), streams);
    }

    /// A ratio with three digits: `31.6`.
    static String ratio(final double ratio) {
        return Quantity.number(ratio);
    }

    /// A ratio as it is said: `32`, `3.6`, `0.95`.
    static String times(final double ratio) {
        return String.format(Locale.ROOT, ratio >= TEN ? "%.0f" : ratio >= 1 ? "%.1f" : "%.2f", ratio);
    }

    /// How much more or less: `-12.1 %`.
    static String change(final double ratio) {
        final double percent = (ratio - 1) * PERCENT;
        return String.format(Locale.ROOT, Math.abs(percent) >= PERCENT ? "%+.0f %%" : "%+.1f %%", percent + 0.0);
    }

    /// Whether it says how sure it is.
    static boolean hasInterval(final Comparison comparison) {
        return comparison.pairs() > 1
                && comparison.confidence() > 0
                && comparison.lower() > 0
                && comparison.lower() < comparison.upper()
                && Double.isFinite(comparison.upper());
    }

    /// `31.6× (31.3 to 31.8)`, with the sign for times that the medium has.
    static String ratio(final Comparison comparison, final String sign) {
        if (comparison.verdict() == Verdict.INVALID) {
            return "INVALID";
        }
        final String ratio = ratio(comparison.ratio()) + sign;
        return hasInterval(comparison)
                ? "%s (%s to %s)".formatted(ratio, ratio(comparison.lower()), ratio(comparison.upper()))
                : ratio;
    }

    /// `-12.1 % (-15.0 to -9.0)`.
    static String change(final Comparison comparison) {
        if (comparison.ratio() <= 0) {
            return "-";
        }
        final String change = change(comparison.ratio());
        return hasInterval(comparison)
                ? "%s (%s to %s)"
                        .formatted(
                                change,
                                change(comparison.lower()).replace(" %", ""),
                                change(comparison.upper()).replace(" %", ""))
                : change;
    }

    static String confidence(final double confidence) {
        return String.format(Locale.ROOT, confidence > 0.995 ? "%.1f %%" : "%.0f %%", confidence * PERCENT);
    }

    static Tone tone(final Verdict verdict) {
        return switch (verdict) {
            case IMPROVED -> Tone.OURS;
            case UNCHANGED -> Tone.INK;
            case INCONCLUSIVE -> Tone.SOFT;
            case REGRESSED, INVALID -> Tone.BAD;
        };
    }

    static Tone tone(final BackendIdentity.Role role) {
        return switch (role) {
            case OURS -> Tone.OURS;
            case BASELINE -> Tone.BASELINE;
            case PEER -> Tone.PEER;
            case RULER -> Tone.RULER;
        };
    }

    /// The id, short enough for a sentence: its start and its end.
    static String name(final BackendIdentity backend) {
        final String id = backend.id();
        return id.length() <= MOST_OF_NAME
                ? id
                : id.substring(0, START_OF_NAME) + "…" + id.substring(id.length() - END_OF_NAME);
    }

    /// At the start of a sentence.
    static String capital(final String text) {
        return text.isEmpty() ? text : text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }

    /// `1a2b3c4 with changes`; empty if it is not known.
    static String commit(final RunRecord run) {
        final String hash = shortHash(run.source().commit());
        return hash.isEmpty() || !run.source().dirty() ? hash : hash + " with changes";
    }

    static String shortHash(final String hash) {
        return hash.length() <= SHORT_HASH ? hash : hash.substring(0, SHORT_HASH);
    }

    static String count(final long count, final String noun) {
        return count == 1 ? "1 " + noun : count + " " + noun + "s";
    }
}
