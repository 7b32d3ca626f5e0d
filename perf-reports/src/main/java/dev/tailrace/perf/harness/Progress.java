package dev.tailrace.perf.harness;

import dev.tailrace.perf.result.Metric;
import dev.tailrace.perf.result.Sample;
import java.io.PrintStream;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.function.LongSupplier;

/// Tells that work goes on, and how long it will. On a terminal one line is written over; elsewhere each turn gets a
/// line.
public final class Progress {
    private static final String CARRIAGE_RETURN_AND_ERASE = "\r\u001b[K";
    private static final long NS_PER_MINUTE = 60_000_000_000L;
    private static final double BITS_PER_GIGABIT = 1e9;

    private final PrintStream out;
    private final OptionalInt columns;
    private final LongSupplier nanoClock;
    private final long startNs;
    private int steps;
    private int done;
    private String current = "";

    /// @param columns of the terminal that `out` is; nothing if it is none
    /// @param nanoClock time in ns from any start
    public Progress(final PrintStream out, final OptionalInt columns, final LongSupplier nanoClock) {
        this.out = out;
        this.columns = columns;
        this.nanoClock = nanoClock;
        this.startNs = nanoClock.getAsLong();
    }

    /// So many turns more will come.
    void expect(final int more) {
        steps += more;
    }

    /// Something begins that is no turn.
    void say(final String what) {
        write(what);
    }

    /// The next turn begins.
    void begin(final String what) {
        current = what;
        if (columns.isPresent()) {
            write(what);
        }
    }

    /// The turn that began last ended.
    void end(final String outcome) {
        done++;
        write(current + ": " + outcome);
    }

    /// The line is free for others.
    public void close() {
        if (columns.isPresent()) {
            out.print(CARRIAGE_RETURN_AND_ERASE);
            out.flush();
        }
    }

    private void write(final String text) {
        final String line = "[%d/%d%s] %s".formatted(done, steps, timeLeft(), text);
        if (columns.isPresent()) {
            // The last column would wrap on some terminals.
            final int width = Math.max(1, columns.getAsInt() - 1);
            out.print(CARRIAGE_RETURN_AND_ERASE + line.substring(0, Math.min(width, line.length())));
        } else {
            out.println(line);
        }
        out.flush();
    }

    /// By what the turns so far took, starts and warm-ups included.
    private String timeLeft() {
        if (done == 0) {
            return "";
        }
        final double leftNs = (double) (nanoClock.getAsLong() - startNs) / done * (steps - done);
        final long minutes = Math.round(leftNs / NS_PER_MINUTE);
        return minutes == 0 ? ", less than a minute left" : ", %d min left".formatted(minutes);
    }

    /// A sample in a few words.
    static String outcome(final Sample sample) {
        if (sample.failure().isPresent()) {
            return "failed: " + sample.failure().get();
        }
        if (sample.value(Metric.GOODPUT).isPresent()) {
            return String.format(
                    Locale.ROOT, "%.2f Gbit/s", sample.value(Metric.GOODPUT).getAsDouble() / BITS_PER_GIGABIT);
        }
        return String.format(
                Locale.ROOT,
                "%.0f/s, p50 %.0f us",
                sample.value(Metric.TRANSACTIONS).orElse(0),
                sample.value(Metric.P50).orElse(0));
    }
}
