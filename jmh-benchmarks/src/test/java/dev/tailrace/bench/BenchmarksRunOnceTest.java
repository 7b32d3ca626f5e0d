package dev.tailrace.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/// Everything in the jar runs under JMH. How fast it is, is not asked: this process is JMH's and the benchmark's.
final class BenchmarksRunOnceTest {
    @Test
    void shouldRunEveryBenchmark() throws Exception {
        // Another JMH on this machine would only make this one slower.
        System.setProperty("jmh.ignoreLock", "true");
        final Options once = new OptionsBuilder()
                .forks(0)
                .warmupIterations(0)
                .measurementIterations(1)
                .measurementTime(TimeValue.milliseconds(10))
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT)
                .build();
        final Collection<RunResult> results = new Runner(once).run();
        final Map<String, Double> scores = new TreeMap<>();
        for (final RunResult result : results) {
            scores.put(label(result.getParams()), result.getPrimaryResult().getScore());
        }
        assertEquals(BenchmarkCase.all().size(), scores.size(), () -> "ran " + scores.keySet());
        scores.forEach((label, score) -> assertTrue(score > 0, label + ": " + score));
    }

    private static String label(final BenchmarkParams params) {
        final StringBuilder label = new StringBuilder(params.getBenchmark());
        params.getParamsKeys()
                .forEach(key -> label.append(' ').append(key).append('=').append(params.getParam(key)));
        return label.toString();
    }
}
