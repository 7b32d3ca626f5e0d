package dev.tailrace.perf.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.perf.result.Metric;
import dev.tailrace.perf.result.Sample;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class ProgressTest {
    private static final long NS_PER_SECOND = 1_000_000_000L;
    private static final Sample BULK = Sample.of(Map.of(Metric.GOODPUT, 12.345e9));

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private long nowNs;

    private Progress progress(final OptionalInt columns) {
        return new Progress(new PrintStream(out, true, StandardCharsets.UTF_8), columns, () -> nowNs);
    }

    private String said() {
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void shouldGiveEachTurnALineWhereThereIsNoTerminal() {
        final Progress progress = progress(OptionalInt.empty());
        progress.expect(3);
        progress.begin("a cell: tailrace");
        nowNs += 60 * NS_PER_SECOND;
        progress.end(Progress.outcome(BULK));
        progress.begin("a cell: pasta");
        nowNs += 10 * NS_PER_SECOND;
        progress.end(Progress.outcome(Sample.failed("connection refused")));
        progress.close();
        assertEquals(
                List.of(
                        "[1/3, 2 min left] a cell: tailrace: 12.35 Gbit/s",
                        "[2/3, 1 min left] a cell: pasta: failed: connection refused"),
                said().lines().toList());
    }

    @Test
    void shouldWriteOverOneLineThatFitsTheTerminal() {
        final Progress progress = progress(OptionalInt.of(20));
        progress.expect(100);
        progress.begin("a very long name of a cell and a backend");
        progress.end("12 Gbit/s");
        progress.close();
        assertTrue(said().endsWith("\r\u001b[K"), said());
        assertEquals(0, said().chars().filter(each -> each == '\n').count());
        for (final String line : Arrays.asList(said().split("\r\u001b\\[K"))) {
            assertTrue(line.length() < 20, line);
        }
    }

    @Test
    void shouldSayWhatARoundTripTook() {
        assertEquals(
                "9000/s, p50 63 us",
                Progress.outcome(Sample.of(Map.of(Metric.TRANSACTIONS, 9000.4, Metric.P50, 62.7))));
    }
}
