package dev.tailrace.tapio.slirp;

/// What comes of the command line.
public sealed interface ParseOutcome {
    /// Warnings and texts for the standard output, ending in a newline unless empty.
    String standardOutput();

    /// Run with these options.
    record Run(SlirpOptions options, String standardOutput) implements ParseOutcome {}

    /// Print both texts and exit.
    record Exit(String standardOutput, String standardError, int code) implements ParseOutcome {}
}
