package dev.tailrace.runtime.check;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/// Small text files of the system.
final class TextFile {
    private TextFile() {}

    /// The lines; none when there is no such file.
    static List<String> lines(final Path file) throws IOException {
        try {
            return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
        } catch (final NoSuchFileException absent) {
            return List.of();
        }
    }

    /// The first line, trimmed; empty when there is none.
    static String firstLine(final Path file) throws IOException {
        final List<String> lines = lines(file);
        return lines.isEmpty() ? "" : lines.getFirst().trim();
    }
}
