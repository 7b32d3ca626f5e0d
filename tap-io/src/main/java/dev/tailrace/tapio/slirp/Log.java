package dev.tailrace.tapio.slirp;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Lines for the standard error, as many as the level lets through. The control plane's alone: nothing
/// that happens to a frame is logged. Used by one thread.
final class Log implements Consumer<String> {
    /// Lines of [LogLevel#DEBUG] in a second.
    private static final int DEBUG_LINES = 20;

    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);

    private final LogLevel level;
    private final Consumer<String> sink;
    private long secondNs;
    private int lines;

    /// @param sink takes whole lines without their end
    Log(final LogLevel level, final Consumer<String> sink) {
        this.level = level;
        this.sink = sink;
    }

    boolean says(final LogLevel wanted) {
        return level.says(wanted);
    }

    void error(final String line) {
        sink.accept(line);
    }

    void warn(final String line) {
        if (says(LogLevel.WARN)) {
            sink.accept(line);
        }
    }

    void info(final String line) {
        if (says(LogLevel.INFO)) {
            sink.accept(line);
        }
    }

    /// As [#info], for those who know no levels.
    @Override
    public void accept(final String line) {
        info(line);
    }

    /// Where those who know no levels say what went wrong. No lambda: the JVM would make a class for it at each start.
    Consumer<String> warnings() {
        return new Warnings();
    }

    /// Beyond some lines in a second the rest is left out, and that is said.
    void debug(final String line, final long nowNs) {
        if (!says(LogLevel.DEBUG)) {
            return;
        }
        if (lines == 0 || nowNs - secondNs >= SECOND_NS) {
            if (lines > DEBUG_LINES) {
                sink.accept("debug: " + (lines - DEBUG_LINES) + " lines left out");
            }
            secondNs = nowNs;
            lines = 0;
        }
        if (++lines <= DEBUG_LINES) {
            sink.accept("debug: " + line);
        }
    }

    private final class Warnings implements Consumer<String> {
        @Override
        public void accept(final String line) {
            warn(line);
        }
    }
}
