package dev.tailrace.runtime.cli;

import java.util.Locale;

/// Exit codes as docker's client has them.
final class ExitCode {
    static final int SUCCESS = 0;
    static final int FAILURE = 1;

    /// The engine could not do it, or the options are wrong.
    static final int ENGINE = 125;

    static final int NOT_EXECUTABLE = 126;
    static final int NOT_FOUND = 127;

    private ExitCode() {}

    /// Of a container whose process could not be started, by the words of the engine, as docker's client tells.
    static int ofStart(final String message) {
        final String text = message.toLowerCase(Locale.ROOT);
        if (text.contains("executable file not found") || text.contains("no such file or directory")) {
            return NOT_FOUND;
        }
        return text.contains("permission denied") || text.contains("is a directory") ? NOT_EXECUTABLE : ENGINE;
    }
}
