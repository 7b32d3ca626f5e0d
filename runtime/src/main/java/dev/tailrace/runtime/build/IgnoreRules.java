package dev.tailrace.runtime.build;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// What of a context is left out, by its `.dockerignore` (docs.docker.com, "Build context",
/// ".dockerignore files"): the last rule that a path, or a directory that it is in, matches counts.
final class IgnoreRules {
    private final List<Rule> rules = new ArrayList<>();

    private record Rule(Pattern pattern, boolean isException) {}

    /// @param text of the file; empty for none
    IgnoreRules(final String text) {
        for (final String line : text.lines().toList()) {
            String pattern = line.strip();
            if (line.startsWith("#") || pattern.isEmpty()) {
                continue;
            }
            final boolean isException = pattern.startsWith("!");
            pattern = isException ? pattern.substring(1).strip() : pattern;
            pattern = clean(pattern);
            if (!pattern.isEmpty()) {
                rules.add(new Rule(GlobPattern.compile(pattern, true), isException));
            }
        }
    }

    /// @param path relative to the context, without slashes at its ends
    boolean excludes(final String path) {
        boolean isExcluded = false;
        for (final Rule rule : rules) {
            if (rule.isException() == isExcluded && matches(rule.pattern(), path)) {
                isExcluded = !rule.isException();
            }
        }
        return isExcluded;
    }

    private static boolean matches(final Pattern pattern, final String path) {
        int end = path.length();
        while (end > 0) {
            if (pattern.matcher(path.substring(0, end)).matches()) {
                return true;
            }
            end = path.lastIndexOf('/', end - 1);
        }
        return false;
    }

    /// As `filepath.Clean` leaves it, without a slash at the beginning.
    private static String clean(final String pattern) {
        final List<String> parts = new ArrayList<>();
        for (final String part : pattern.split("/", -1)) {
            if (part.equals("..") && !parts.isEmpty()) {
                parts.removeLast();
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        return String.join("/", parts);
    }
}
