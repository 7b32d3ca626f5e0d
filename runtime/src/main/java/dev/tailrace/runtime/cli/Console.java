package dev.tailrace.runtime.cli;

import java.io.InputStream;
import java.io.PrintStream;
import java.util.Map;

/// What a command has of the process that it runs in.
record Console(InputStream in, PrintStream out, PrintStream err, Map<String, String> environment) {}
