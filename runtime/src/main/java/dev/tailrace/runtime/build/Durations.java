package dev.tailrace.runtime.build;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Lengths of time as Go writes them: `1m30s`, `500ms`.
public final class Durations {
    private static final Pattern PART = Pattern.compile("\\G([0-9]+(?:\\.[0-9]+)?)(ns|us|µs|ms|s|m|h)");
    private static final Map<String, Double> UNITS_NS =
            Map.of("ns", 1.0, "us", 1e3, "µs", 1e3, "ms", 1e6, "s", 1e9, "m", 60e9, "h", 3600e9);

    private Durations() {}

    /// @throws IllegalArgumentException it is none
    public static long ns(final String text) {
        final Matcher matcher = PART.matcher(text);
        double sum = 0;
        int end = 0;
        while (matcher.find()) {
            sum += Double.parseDouble(matcher.group(1)) * UNITS_NS.getOrDefault(matcher.group(2), 0.0);
            end = matcher.end();
        }
        if (end == 0 || end < text.length()) {
            throw new IllegalArgumentException("invalid duration \"" + text + "\"");
        }
        return (long) sum;
    }
}
