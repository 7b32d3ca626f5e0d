package dev.tailrace.runtime.daemon;

import java.io.PrintStream;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/// What the daemon says for those who run it: lines with a time and a level on the standard error.
final class DaemonLog {
    private final PrintStream err;
    private final DaemonOptions.LogLevel least;
    private final Clock clock;

    DaemonLog(final PrintStream err, final DaemonOptions.LogLevel least, final Clock clock) {
        this.err = err;
        this.least = least;
        this.clock = clock;
    }

    void debug(final String text) {
        say(DaemonOptions.LogLevel.DEBUG, text);
    }

    void info(final String text) {
        say(DaemonOptions.LogLevel.INFO, text);
    }

    void warn(final String text) {
        say(DaemonOptions.LogLevel.WARN, text);
    }

    private void say(final DaemonOptions.LogLevel level, final String text) {
        if (level.compareTo(least) >= 0) {
            final String name = level.name().toLowerCase(Locale.ROOT);
            err.println(clock.instant().truncatedTo(ChronoUnit.MILLIS) + " " + name + " " + text);
        }
    }
}
