package dev.tailrace.perf.compare;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import dev.tailrace.perf.matrix.Protocol;
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
import java.util.Locale;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;

/// Promises: ratios of a program of ours to another one in the same blocks, or what it takes itself.
public record Budgets(List<Promise> promises) {
    private static final String RESOURCE = "/budgets.json";

    private static final String AT_LEAST = "atLeast";
    private static final String AT_MOST = "atMost";
    private static final String WITHIN = "within";
    private static final String OURS = "tailrace";

    /// @param cell glob of cell ids
    /// @param of id of the program that it is about
    /// @param versus id of the other program; [Comparison#NOTHING] if no ratio is promised, but the value itself
    /// @param least that it may be; 0 for any
    /// @param most that it may be; infinite for any
    public record Promise(String cell, Metric metric, String of, String versus, double least, double most) {
        /// @throws PatternSyntaxException if the cell is no glob
        public Promise {
            matcher(cell);
        }

        /// `at least 12.00`.
        String words() {
            if (least > 0 && most < Double.POSITIVE_INFINITY) {
                return String.format(Locale.ROOT, "%.2f to %.2f", least, most);
            }
            return String.format(Locale.ROOT, least > 0 ? "at least %.2f" : "at most %.2f", least > 0 ? least : most);
        }

        boolean isAbout(final Comparison comparison) {
            return comparison.metric() == metric
                    && comparison.candidate().equals(of)
                    && comparison.baseline().equals(versus)
                    && isAbout(comparison.cell());
        }

        boolean isAbout(final String cellId) {
            return matcher(cell).matches(Path.of(cellId));
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
        final String form = object.has(WITHIN) ? WITHIN : metric.isLargerBetter() ? AT_LEAST : AT_MOST;
        if (!(object.get(form) instanceof Number number)) {
            throw wrong(name, index, "'%s' is missing, or no number".formatted(form));
        }
        // Without either, a ratio whose other side was forgotten would be a value.
        final boolean isAbsolute = object.has("of") && !object.has("versus");
        if (!(object.get("cell") instanceof String cell)
                || !(object.getOrDefault("of", OURS) instanceof String of)
                || !((isAbsolute ? Comparison.NOTHING : object.get("versus")) instanceof String versus)) {
            throw wrong(name, index, "'cell' or 'versus' is missing, or no text, or 'of' is none");
        }
        final double bound = number.doubleValue();
        if (bound <= 0) {
            throw wrong(name, index, "'%s' is %s, and must be above 0".formatted(form, number));
        }
        if (isAbsolute && form.equals(WITHIN)) {
            throw wrong(name, index, "'within' is for ratios, and there is no 'versus'");
        }
        try {
            return switch (form) {
                case AT_LEAST -> new Promise(cell, metric, of, versus, bound, Double.POSITIVE_INFINITY);
                case AT_MOST -> new Promise(cell, metric, of, versus, 0, bound);
                default -> new Promise(cell, metric, of, versus, 1 - bound, 1 + bound);
            };
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
            measured(promise, run).forEach(comparison -> outcomes.add(BudgetOutcome.of(promise, comparison)));
        }
        return outcomes;
    }

    private static Stream<Comparison> measured(final Promise promise, final RunRecord run) {
        if (!promise.versus().equals(Comparison.NOTHING)) {
            return run.comparisons().stream().filter(promise::isAbout);
        }
        final Comparer comparer = new Comparer(run.backends(), Policy.PEERS);
        return run.cells().stream()
                .filter(cell ->
                        promise.isAbout(cell.cell().id()) && cell.backends().contains(promise.of()))
                .map(cell -> comparer.value(cell, promise.metric(), promise.of()));
    }

    /// A session of the runtime owes nothing about traffic, and the other way round.
    private static boolean belongsTo(final Promise promise, final RunRecord run) {
        final boolean isOfOperations = promise.cell().startsWith(Protocol.RUNTIME.label());
        return run.backend(promise.of()).isPresent()
                && (promise.versus().equals(Comparison.NOTHING)
                        || run.backend(promise.versus()).isPresent())
                && run.cells().stream().anyMatch(each -> each.cell().operation().isPresent() == isOfOperations);
    }

    /// Those about programs of the session that no cell of it is about, or only cells that are invalid.
    public List<Promise> unmeasured(final RunRecord run) {
        return promises.stream()
                .filter(promise -> belongsTo(promise, run))
                .filter(promise -> measured(promise, run).allMatch(each -> each.verdict() == Verdict.INVALID))
                .toList();
    }
}
