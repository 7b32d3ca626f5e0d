package dev.tailrace.runtime.build;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// Patterns of paths, as Go's `filepath.Match` has them: `*` and `?` stay within a name, `[a-z]`,
/// `[^a-z]`, and `\` before a character that means itself.
final class GlobPattern {
    private GlobPattern() {}

    static boolean isPattern(final String text) {
        return text.chars().anyMatch(c -> c == '*' || c == '?' || c == '[');
    }

    /// @param spansDirectories whether `**` stands for any number of directories, as in .dockerignore
    /// @throws BuildException it is malformed
    static Pattern compile(final String glob, final boolean spansDirectories) {
        final StringBuilder regex = new StringBuilder();
        int at = 0;
        while (at < glob.length()) {
            final char c = glob.charAt(at++);
            if (c == '*' && spansDirectories && at < glob.length() && glob.charAt(at) == '*') {
                at++;
                if (at < glob.length() && glob.charAt(at) == '/') {
                    at++;
                    regex.append("(?:.*/)?");
                } else {
                    regex.append(".*");
                }
            } else if (c == '*') {
                regex.append("[^/]*");
            } else if (c == '?') {
                regex.append("[^/]");
            } else if (c == '[') {
                at = characterClass(glob, at, regex);
            } else if (c == '\\' && at < glob.length()) {
                regex.append(Pattern.quote(glob.substring(at, ++at)));
            } else {
                regex.append(Pattern.quote(String.valueOf(c)));
            }
        }
        try {
            return Pattern.compile(regex.toString(), Pattern.DOTALL);
        } catch (final PatternSyntaxException e) {
            throw new BuildException(BuildException.Kind.INVALID, "syntax error in pattern: " + glob, e);
        }
    }

    private static int characterClass(final String glob, final int start, final StringBuilder regex) {
        final int close = glob.indexOf(']', start + 1);
        if (close < 0) {
            throw new BuildException(BuildException.Kind.INVALID, "syntax error in pattern: " + glob);
        }
        final String inside = glob.substring(start, close).replace("[", "\\[").replace("&&", "&\\&");
        regex.append("(?!/)[").append(inside).append(']');
        return close + 1;
    }
}
