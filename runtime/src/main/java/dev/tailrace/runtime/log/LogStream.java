package dev.tailrace.runtime.log;

import java.util.Locale;

/// Where a process wrote to. A terminal is [#STDOUT].
public enum LogStream {
    STDOUT,
    STDERR;

    private final String text = name().toLowerCase(Locale.ROOT);

    /// As it stands in the file.
    public String text() {
        return text;
    }
}
