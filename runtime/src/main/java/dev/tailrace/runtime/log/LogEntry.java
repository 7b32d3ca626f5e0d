package dev.tailrace.runtime.log;

import java.time.Instant;

/// A line, with its end, or a part of one.
public record LogEntry(LogStream stream, Instant time, String text) {}
