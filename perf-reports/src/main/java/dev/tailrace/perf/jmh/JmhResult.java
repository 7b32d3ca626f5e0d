package dev.tailrace.perf.jmh;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import dev.tailrace.perf.result.ResultException;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// One benchmark of one `-rf json` document of JMH.
///
/// @param benchmark class and method, with the package
/// @param parameters name to value, in order of the names
/// @param mode as JMH abbreviates it: `avgt`, `thrpt`
/// @param error half of the 99.9 % interval; nothing for a single iteration
/// @param allocatedBytes for each operation, as the gc profiler says; nothing without the profiler
/// @param iterationOperations how many operations one iteration has, from the score and the length; nothing if the
/// unit is not known
public record JmhResult(
        String benchmark,
        Map<String, String> parameters,
        String mode,
        double score,
        OptionalDouble error,
        String unit,
        OptionalDouble allocatedBytes,
        OptionalDouble iterationOperations) {
    private static final JsonObject NOTHING = new JsonObject();
    private static final Map<String, Double> SECONDS = Map.of("s", 1.0, "ms", 1e-3, "us", 1e-6, "ns", 1e-9);
    private static final Pattern LENGTH = Pattern.compile("([0-9.]+) (s|ms|us|ns)");
    private static final List<String> ALLOCATION_KEYS = List.of("gc.alloc.rate.norm", "·gc.alloc.rate.norm");

    /// Reads a whole document.
    ///
    /// @throws ResultException in one line, if it is none
    public static List<JmhResult> parse(final String json) {
        try {
            final JsonArray all = JsonParser.array().from(json);
            return all.stream().map(JsonObject.class::cast).map(JmhResult::of).toList();
        } catch (JsonParserException | ClassCastException malformed) {
            throw new ResultException("no whole results of JMH (%s)".formatted(malformed.getMessage()), malformed);
        }
    }

    private static JmhResult of(final JsonObject result) {
        final JsonObject primary = result.getObject("primaryMetric", NOTHING);
        final JsonObject secondary = result.getObject("secondaryMetrics", NOTHING);
        final Map<String, String> parameters = new TreeMap<>();
        result.getObject("params", NOTHING).forEach((name, value) -> parameters.put(name, String.valueOf(value)));
        return new JmhResult(
                result.getString("benchmark"),
                parameters,
                result.getString("mode"),
                primary.getDouble("score"),
                finite(primary, "scoreError"),
                primary.getString("scoreUnit"),
                ALLOCATION_KEYS.stream()
                        .map(key -> finite(secondary.getObject(key, NOTHING), "score"))
                        .filter(OptionalDouble::isPresent)
                        .findFirst()
                        .orElse(OptionalDouble.empty()),
                operations(
                        primary.getDouble("score"),
                        primary.getString("scoreUnit", ""),
                        result.getString("measurementTime", "")));
    }

    private static OptionalDouble operations(final double score, final String unit, final String length) {
        final Matcher time = LENGTH.matcher(length);
        if (!time.matches()) {
            return OptionalDouble.empty();
        }
        final double seconds = Double.parseDouble(time.group(1)) * SECONDS.getOrDefault(time.group(2), 1.0);
        final String[] parts = unit.split("/");
        if (parts.length == 2 && parts[0].equals("ops") && SECONDS.containsKey(parts[1])) {
            return OptionalDouble.of(score * seconds / SECONDS.getOrDefault(parts[1], 1.0));
        }
        if (parts.length == 2 && parts[1].equals("op") && SECONDS.containsKey(parts[0])) {
            return OptionalDouble.of(seconds / (score * SECONDS.getOrDefault(parts[0], 1.0)));
        }
        return OptionalDouble.empty();
    }

    /// JMH writes "NaN" as text.
    private static OptionalDouble finite(final JsonObject object, final String key) {
        return object.get(key) instanceof Number number
                ? OptionalDouble.of(number.doubleValue())
                : OptionalDouble.empty();
    }

    /// Without the common package, with the parameters.
    public String label() {
        final String name = benchmark.replaceFirst("^dev\\.tailrace\\.bench\\.", "");
        return parameters.isEmpty()
                ? name
                : name
                        + parameters.entrySet().stream()
                                .map(each -> each.getKey() + "=" + each.getValue())
                                .collect(Collectors.joining(", ", " (", ")"));
    }
}
