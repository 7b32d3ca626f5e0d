package dev.tailrace.tapio.slirp;

import org.jspecify.annotations.Nullable;

/// How much is said on the standard streams. [#INFO] is what slirp4netns says.
public enum LogLevel {
    /// Why something ended or could not be done.
    ERROR,
    /// Besides, what is done in another way than was asked.
    WARN,
    /// Besides, what happens: the banner, requests, the end.
    INFO,
    /// Besides, what is counted, once a second.
    DEBUG;

    /// The level with a name in lower case, or null.
    static @Nullable LogLevel parse(final String name) {
        return switch (name) {
            case "error" -> ERROR;
            case "warn" -> WARN;
            case "info" -> INFO;
            case "debug" -> DEBUG;
            default -> null;
        };
    }

    boolean says(final LogLevel level) {
        return level.ordinal() <= ordinal();
    }
}
