package dev.tailrace.perf.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.perf.matrix.Cell;
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
    private static final Cell CELL = Cell.parse("tcp/c2h/up/mtu1500/x1");
    private static final Sample FAST = Sample.of(Map.of(Metric.GOODPUT, 12.34e9));
    private static final Sample BROKEN = Sample.failed("iperf3: refused\nand more\tof it");
    private static final String ERASE = "\r\u001b[K";

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private long nowSeconds;

    private Progress progress(final OptionalInt columns) {
        return new Progress(
                new PrintStream(written, true, StandardCharsets.UTF_8), columns, () -> nowSeconds * 1_000_000_000);
    }

    /// Two turns of one cell, planned for a minute each, that take twice as long; then a minute is left of the
    /// plan.
    private void report(final Progress progress) {
        progress.expect(2, 180);
        progress.enterBlock(0, 2);
        progress.say("starting 2 backends for MTU 1500");
        progress.enterCell(CELL);
        progress.begin("pasta");
        nowSeconds += 120;
        progress.end(FAST, 60);
        progress.begin("bridge");
        nowSeconds += 120;
        progress.end(BROKEN, 60);
        progress.leaveCell();
        progress.close();
    }

    private List<String> lines(final String separator) {
        return Arrays.asList(written.toString(StandardCharsets.UTF_8).split(separator));
    }

    @Test
    void shouldWriteALineForEachCellOfEachBlockWithoutATerminal() {
        report(progress(OptionalInt.empty()));
        assertEquals(
                List.of(
                        "[0/2, 3 min left] block 1 of 2: starting 2 backends for MTU 1500",
                        "[1/2, 2 min left] tcp/c2h/up/mtu1500/x1, block 1 of 2: pasta 12.34 Gbit/s;"
                                + " bridge failed: iperf3: refused and more of it"),
                lines("\n"));
    }

    @Test
    void shouldWriteOverOneLineOnATerminal() {
        report(progress(OptionalInt.of(200)));
        final List<String> lines = lines(ERASE.replace("[", "\\["));
        assertEquals("", lines.getFirst());
        assertEquals(
                List.of(
                        "[0/2, 3 min left] block 1 of 2: starting 2 backends for MTU 1500",
                        "[0/2, 3 min left] tcp/c2h/up/mtu1500/x1, block 1 of 2: pasta",
                        "[0/2, 4 min left] tcp/c2h/up/mtu1500/x1, block 1 of 2: pasta 12.34 Gbit/s",
                        "[0/2, 4 min left] tcp/c2h/up/mtu1500/x1, block 1 of 2: bridge",
                        "[0/2, 2 min left] tcp/c2h/up/mtu1500/x1, block 1 of 2: bridge failed: iperf3: refused and more of it"),
                lines.subList(1, lines.size()));
        assertTrue(written.toString(StandardCharsets.UTF_8).endsWith(ERASE));
    }

    @Test
    void shouldNeverFillATerminalsLine() {
        for (int columns = 1; columns < 120; columns++) {
            written.reset();
            report(progress(OptionalInt.of(columns)));
            for (final String line : lines(ERASE.replace("[", "\\["))) {
                assertTrue(line.length() < Math.max(2, columns), columns + " columns: " + line);
            }
        }
    }

    @Test
    void shouldCountHours() {
        final Progress progress = progress(OptionalInt.empty());
        progress.expect(8, 2 * 3600 + 300);
        progress.enterBlock(3, 8);
        progress.say("x");
        progress.spend(2 * 3600 + 290);
        nowSeconds = 2 * 3600 + 290;
        progress.say("y");
        assertEquals(
                List.of("[0/8, 2 h 5 min left] block 4 of 8: x", "[0/8, less than a minute left] block 4 of 8: y"),
                lines("\n"));
    }
}
