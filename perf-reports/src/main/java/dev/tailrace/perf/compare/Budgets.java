package dev.tailrace.perf.compare;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import dev.tailrace.perf.result.Comparison;
import dev.tailrace.perf.result.Metric;
import dev.tailrace.perf.result.ResultException;
import dev.tailrace.perf.result.RunRecord;
import dev.tailrace.perf.result.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.PatternSyntaxException;

/// Promises: ratios of our program to another one in the same blocks.
public record Budgets(List<Promise> promises) {
    private static final String RESOURCE = "/budgets.json";

    /// @param cell glob of cell ids
    /// @param versus id of the other program
    /// @param bound of the ratio: at least this for what is better when larger, at most for the others
    public record Promise(String cell, Metric metric, String versus, double bound) {
        /// @throws PatternSyntaxException if the cell is no glob
        public Promise {
            matcher(cell);
        }

        boolean isAbout(final Comparison comparison) {
            return comparison.metric() == metric
                    && comparison.baseline().equals(versus)
                    && matcher(cell).matches(Path.of(comparison.cell()));
        }

        private static PathMatcher matcher(final String glob) {
            return FileSystems.getDefault().getPathMatcher("glob:" + glob);
        }
    }

    public Budgets {
        promises = List.copyOf(promises);
    }

    /// Those that come with the program, `perf-reports/budgets.json`.
    public static Budgets load() {
        try (InputStream in = Budgets.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("the program came without its budgets");
            }
            return parse("budgets.json", new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// @param name of the file, for messages
    /// @throws ResultException in one line, if it is malformed
    public static Budgets parse(final String name, final String json) {
        final List<Promise> promises = new ArrayList<>();
        try {
            final JsonArray array = JsonParser.array().from(json);
            for (int i = 0; i < array.size(); i++) {
                promises.add(promise(name, i, array.getObject(i, new JsonObject())));
            }
        } catch (JsonParserException malformed) {
            throw new ResultException(
                    "%s, line %d: %s".formatted(name, malformed.getLinePosition(), malformed.getMessage()), malformed);
        }
        return new Budgets(promises);
    }

    private static Promise promise(final String name, final int index, final JsonObject object) {
        final Metric metric = Metric.ofKey(object.getString("metric", ""))
                .orElseThrow(
                        () -> wrong(name, index, "no metric is called '%s'".formatted(object.getString("metric"))));
        final String bound = metric.isLargerBetter() ? "atLeast" : "atMost";
        if (!(object.get(bound) instanceof Number number)) {
            throw wrong(name, index, "'%s' is missing, or no number".formatted(bound));
        }
        if (!(object.get("cell") instanceof String cell) || !(object.get("versus") instanceof String versus)) {
            throw wrong(name, index, "'cell' or 'versus' is missing, or no text");
        }
        if (number.doubleValue() <= 0) {
            throw wrong(name, index, "'%s' is %s, and a ratio is above 0".formatted(bound, number));
        }
        try {
            return new Promise(cell, metric, versus, number.doubleValue());
        } catch (PatternSyntaxException malformed) {
            throw wrong(name, index, "'cell' is '%s', and no glob: %s".formatted(cell, malformed.getDescription()));
        }
    }

    private static ResultException wrong(final String name, final int index, final String what) {
        return new ResultException("%s, promise %d: %s".formatted(name, index + 1, what));
    }

    /// What became of each promise in each cell that was measured.
    public List<BudgetOutcome> outcomes(final RunRecord run) {
        final List<BudgetOutcome> outcomes = new ArrayList<>();
        for (final Promise promise : promises) {
            run.comparisons().stream()
                    .filter(promise::isAbout)
                    .forEach(comparison -> outcomes.add(BudgetOutcome.of(promise, comparison)));
        }
        return outcomes;
    }

    /// Those that no cell of the session is about, or only cells that are invalid.
    public List<Promise> unmeasured(final RunRecord run) {
        return promises.stream()
                .filter(promise -> run.comparisons().stream()
                        .noneMatch(each -> promise.isAbout(each) && each.verdict() != Verdict.INVALID))
                .toList();
    }
}
