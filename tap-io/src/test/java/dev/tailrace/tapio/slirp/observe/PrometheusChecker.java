package dev.tailrace.tapio.slirp.observe;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads the text exposition format 0.0.4 strictly: each sample has HELP and TYPE lines before it, in one group, names
/// and labels are well formed, no sample comes twice, a counter ends in `_total`, the last line ends.
public final class PrometheusChecker {
    private static final String NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
    private static final Pattern COMMENT = Pattern.compile("# (HELP|TYPE) (" + NAME + ") (.+)");
    private static final Pattern SAMPLE = Pattern.compile("(" + NAME + ")(\\{[^}]*})? (\\S+)");
    private static final Pattern LABELS = Pattern.compile(
            "\\{([a-zA-Z_][a-zA-Z0-9_]*=\"([^\"\\\\]|\\\\[\\\\\"n])*\")(,[a-zA-Z_][a-zA-Z0-9_]*=\"[^\"]*\")*}");
    private static final Set<String> TYPES = Set.of("counter", "gauge");

    private PrometheusChecker() {}

    /// All samples by name and labels.
    public static Map<String, Double> read(final String text) {
        if (!text.endsWith("\n")) {
            throw new AssertionError("the last line has no end");
        }
        final Map<String, Double> samples = new LinkedHashMap<>();
        final Set<String> seen = new HashSet<>();
        String name = "";
        String type = "";
        for (final String line : text.split("\n")) {
            final Matcher comment = COMMENT.matcher(line);
            if (comment.matches() && comment.group(1).equals("HELP")) {
                name = comment.group(2);
                type = "";
                require(seen.add(name), "metric twice", line);
            } else if (comment.matches()) {
                type = comment.group(3);
                require(name.equals(comment.group(2)) && TYPES.contains(type), "type", line);
                require(!type.equals("counter") || name.endsWith("_total"), "name of a counter", line);
            } else {
                final Matcher sample = SAMPLE.matcher(line);
                require(sample.matches() && sample.group(1).equals(name) && !type.isEmpty(), "sample", line);
                final String labels = sample.group(2) == null ? "" : sample.group(2);
                require(labels.isEmpty() || LABELS.matcher(labels).matches(), "labels", line);
                final double value = Double.parseDouble(sample.group(3));
                require(samples.put(name + labels, value) == null, "sample twice", line);
            }
        }
        return samples;
    }

    private static void require(final boolean condition, final String what, final String line) {
        if (!condition) {
            throw new AssertionError(what + ": " + line);
        }
    }
}
