package dev.tailrace.perf.cli;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/// What was on the command line.
final class Arguments {
    private Arguments() {}

    /// Of the whole program, from inside a command.
    static List<String> of(final CommandSpec command) {
        return command.root().commandLine().getParseResult().originalArgs();
    }
}
