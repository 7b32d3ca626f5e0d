package dev.tailrace.perf.report;

import java.io.PrintStream;

/// Tells that work goes on: one line that is written over, or one line for each step where that is not possible.
public final class Progress {
    private static final String CARRIAGE_RETURN_AND_ERASE = "\r\u001b[K";

    private final PrintStream out;
    private final boolean overwrites;
    private final int steps;
    private int step;

    /// @param overwrites whether `out` is a terminal
    public Progress(final PrintStream out, final boolean overwrites, final int steps) {
        this.out = out;
        this.overwrites = overwrites;
        this.steps = steps;
    }

    /// The next step begins.
    public void begin(final String what) {
        step++;
        if (overwrites) {
            out.printf("%s[%d/%d] %s ... ", CARRIAGE_RETURN_AND_ERASE, step, steps, what);
        } else {
            out.printf("[%d/%d] %s ... ", step, steps, what);
        }
        out.flush();
    }

    /// The step that began last ended.
    public void end(final String result) {
        out.print(result);
        if (!overwrites) {
            out.println();
        }
        out.flush();
    }

    /// All is done: the line is free for others.
    public void close() {
        if (overwrites) {
            out.print(CARRIAGE_RETURN_AND_ERASE);
            out.flush();
        }
    }
}
