package dev.tailrace.runtime.build;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Takes a Dockerfile apart into instructions (docs.docker.com, "Dockerfile reference", "Format" and
/// "Parser directives"): comments and empty lines are left out, continued lines joined.
final class DockerfileReader {
    private static final Pattern DIRECTIVE = Pattern.compile("#\\s*([a-zA-Z][a-zA-Z0-9]*)\\s*=\\s*(.+?)\\s*");
    private static final Pattern HERE_DOCUMENT = Pattern.compile("(?:^|\\s)<<-?\\s*[\"']?[a-zA-Z_]");
    private static final char USUAL_ESCAPE = '\\';

    private final List<String> lines;
    private final char escape;

    private DockerfileReader(final List<String> lines, final char escape) {
        this.lines = lines;
        this.escape = escape;
    }

    /// What a Dockerfile says.
    ///
    /// @param escape what continues lines and takes the meaning of a character
    record Parsed(List<Instruction> instructions, char escape) {}

    /// @throws BuildException with the line that is wrong
    static Parsed parse(final String text) {
        final String withoutMark = text.startsWith("\uFEFF") ? text.substring(1) : text;
        final List<String> lines = withoutMark.lines().toList();
        final char escape = escape(lines);
        final List<Instruction> instructions = new DockerfileReader(lines, escape).instructions();
        if (instructions.isEmpty()) {
            throw new BuildException(BuildException.Kind.INVALID, "file with no instructions");
        }
        return new Parsed(instructions, escape);
    }

    /// Directives stand before everything else.
    private static char escape(final List<String> lines) {
        char escape = USUAL_ESCAPE;
        for (int i = 0; i < lines.size(); i++) {
            final Matcher matcher = DIRECTIVE.matcher(lines.get(i).strip());
            if (!matcher.matches()) {
                return escape;
            }
            if (matcher.group(1).toLowerCase(Locale.ROOT).equals("escape")) {
                final String value = matcher.group(2);
                if (!value.equals("\\") && !value.equals("`")) {
                    throw BuildException.atLine(i + 1, "invalid escape token '" + value + "' does not match ` or \\");
                }
                escape = value.charAt(0);
            }
        }
        return escape;
    }

    private List<Instruction> instructions() {
        final List<Instruction> instructions = new ArrayList<>();
        int at = 0;
        while (at < lines.size()) {
            final int first = at;
            if (isComment(lines.get(at)) || lines.get(at).isBlank()) {
                at++;
                continue;
            }
            final StringBuilder joined = new StringBuilder();
            boolean isContinued = true;
            while (isContinued && at < lines.size()) {
                final String line = lines.get(at++);
                if (joined.isEmpty() || !isComment(line) && !line.isBlank()) {
                    isContinued = isContinued(line);
                    joined.append(isContinued ? withoutEscape(line) : line);
                }
            }
            final String text = joined.toString().strip();
            if (HERE_DOCUMENT.matcher(text).find() && text.matches("(?is)(RUN|COPY|ADD)\\s.*")) {
                throw BuildException.atLine(first + 1, "here-documents need BuildKit, which this engine has not");
            }
            instructions.add(Instruction.parse(first + 1, text));
        }
        return instructions;
    }

    private static boolean isComment(final String line) {
        return line.stripLeading().startsWith("#");
    }

    /// An escape at the end, which is not itself escaped.
    private boolean isContinued(final String line) {
        final String end = line.stripTrailing();
        final int last = end.length() - 1;
        return last >= 0 && end.charAt(last) == escape && (last == 0 || end.charAt(last - 1) != escape);
    }

    private static String withoutEscape(final String line) {
        final String end = line.stripTrailing();
        return end.substring(0, end.length() - 1);
    }
}
