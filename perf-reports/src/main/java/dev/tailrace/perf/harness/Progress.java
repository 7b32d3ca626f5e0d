package dev.tailrace.perf.harness;

import dev.tailrace.perf.matrix.Cell;
import dev.tailrace.perf.result.Metric;
import dev.tailrace.perf.result.Sample;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/// Tells that work goes on, and how long it will. On a terminal one line is written over; elsewhere each cell of each
/// block gets a line.
public final class Progress {
    private static final String CARRIAGE_RETURN_AND_ERASE = "\r\u001b[K";
    private static final double NS_PER_SECOND = 1e9;
    private static final double SECONDS_PER_MINUTE = 60;
    private static final int MINUTES_PER_HOUR = 60;
    private static final double BITS_PER_GIGABIT = 1e9;

    private final PrintStream out;
    private final OptionalInt columns;
    private final LongSupplier nanoClock;
    private final long startNs;
    private final Map<String, List<String>> outcomes = new LinkedHashMap<>();
    private int expectedRounds;
    private int endedRounds;
    private double expectedSeconds;
    private double spentSeconds;
    private String block = "";
    private String round = "";
    private String backend = "";
    private Metric rate = Metric.GOODPUT;

    /// @param columns of the terminal that `out` is; nothing if it is none
    /// @param nanoClock time in ns from any start
    public Progress(final PrintStream out, final OptionalInt columns, final LongSupplier nanoClock) {
        this.out = out;
        this.columns = columns;
        this.nanoClock = nanoClock;
        this.startNs = nanoClock.getAsLong();
    }

    /// More will come.
    ///
    /// @param rounds cells, each as often as there are blocks
    /// @param plannedSeconds that all should take, starts included
    void expect(final int rounds, final double plannedSeconds) {
        expectedRounds += rounds;
        expectedSeconds += plannedSeconds;
    }

    /// A step that should have taken so long has ended.
    void spend(final double plannedSeconds) {
        spentSeconds += plannedSeconds;
    }

    /// @param number from 0
    void enterBlock(final int number, final int blocks) {
        block = "block %d of %d".formatted(number + 1, blocks);
    }

    /// Something begins that is no turn.
    void say(final String what) {
        write(block + ": " + what);
    }

    void enterCell(final Cell cell) {
        round = cell.id() + ", " + block;
        rate = Metric.primary(cell);
        outcomes.clear();
    }

    /// The next turn begins.
    void begin(final String newBackend) {
        backend = newBackend;
        if (columns.isPresent()) {
            write(round + ": " + backend);
        }
    }

    /// The turn that began last ended.
    void end(final Sample sample, final double plannedSeconds) {
        spend(plannedSeconds);
        final String outcome = outcome(sample);
        outcomes.computeIfAbsent(backend, ignored -> new ArrayList<>()).add(outcome);
        if (columns.isPresent()) {
            write(round + ": " + backend + " " + outcome);
        }
    }

    /// All turns in the cell ended, or are left out.
    void leaveCell() {
        endedRounds++;
        if (columns.isEmpty() && !outcomes.isEmpty()) {
            write(round + ": "
                    + outcomes.entrySet().stream()
                            .map(each -> each.getKey() + " " + String.join(", ", each.getValue()))
                            .collect(Collectors.joining("; ")));
        }
        outcomes.clear();
    }

    /// The line is free for others.
    public void close() {
        if (columns.isPresent()) {
            out.print(CARRIAGE_RETURN_AND_ERASE);
            out.flush();
        }
    }

    private void write(final String text) {
        // What failed may have said anything.
        final String line = "[%d/%d, %s] %s"
                .formatted(endedRounds, expectedRounds, timeLeft(), text)
                .replaceAll("\\p{Cntrl}+", " ");
        if (columns.isPresent()) {
            // The last column would wrap on some terminals.
            final int width = Math.max(1, columns.getAsInt() - 1);
            out.print(CARRIAGE_RETURN_AND_ERASE + line.substring(0, Math.min(width, line.length())));
        } else {
            out.println(line);
        }
        out.flush();
    }

    /// As planned, and corrected by how long the steps so far really took.
    private String timeLeft() {
        final double elapsed = (nanoClock.getAsLong() - startNs) / NS_PER_SECOND;
        final double correction = spentSeconds > 0 ? elapsed / spentSeconds : 1;
        final long minutes = Math.round(Math.max(0, expectedSeconds - spentSeconds) * correction / SECONDS_PER_MINUTE);
        if (minutes == 0) {
            return "less than a minute left";
        }
        return minutes < MINUTES_PER_HOUR
                ? "%d min left".formatted(minutes)
                : "%d h %d min left".formatted(minutes / MINUTES_PER_HOUR, minutes % MINUTES_PER_HOUR);
    }

    /// A sample in a few words.
    private String outcome(final Sample sample) {
        if (sample.failure().isPresent()) {
            return "failed: " + sample.failure().get();
        }
        final double value = sample.value(rate).orElse(0);
        return switch (rate) {
            case GOODPUT -> String.format(Locale.ROOT, "%.2f Gbit/s", value / BITS_PER_GIGABIT);
            case TRANSACTIONS ->
                String.format(
                        Locale.ROOT,
                        "%.0f/s (p50 %.0f us)",
                        value,
                        sample.value(Metric.P50).orElse(0));
            case MEDIAN_TIME -> String.format(Locale.ROOT, "%.1f ms", value);
            default -> String.format(Locale.ROOT, "%.0f/s", value);
        };
    }
}
