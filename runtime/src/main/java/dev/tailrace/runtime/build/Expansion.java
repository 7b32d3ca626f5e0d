package dev.tailrace.runtime.build;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Variables, quotes and escapes in the words of instructions, by the rules of the shell that Docker
/// has taken over (docs.docker.com, "Environment replacement").
final class Expansion {
    private final String text;
    private final char escape;
    private final Map<String, String> variables;
    private int at;

    private Expansion(final String text, final char escape, final Map<String, String> variables) {
        this.text = text;
        this.escape = escape;
        this.variables = variables;
    }

    /// One word: without its quotes, and with the values of variables.
    ///
    /// @throws BuildException a quote or a brace is not closed, or a variable has to be set and is not
    static String word(final String text, final char escape, final Map<String, String> variables) {
        return new Expansion(text, escape, variables).run('\0');
    }

    /// Cuts a line into words at blanks that are not quoted; the words keep their quotes.
    static List<String> split(final String line, final char escape) {
        final List<String> words = new ArrayList<>();
        final StringBuilder word = new StringBuilder();
        char quote = '\0';
        for (int i = 0; i < line.length(); i++) {
            final char c = line.charAt(i);
            if (c == escape && quote != '\'' && i + 1 < line.length()) {
                word.append(c).append(line.charAt(++i));
            } else if (quote == '\0' && Character.isWhitespace(c)) {
                if (!word.isEmpty()) {
                    words.add(word.toString());
                    word.setLength(0);
                }
            } else {
                if (quote == '\0' && (c == '"' || c == '\'')) {
                    quote = c;
                } else if (c == quote) {
                    quote = '\0';
                }
                word.append(c);
            }
        }
        if (!word.isEmpty()) {
            words.add(word.toString());
        }
        return words;
    }

    /// Up to `end`, which is left, or to the end of the text.
    private String run(final char end) {
        final StringBuilder result = new StringBuilder();
        while (at < text.length()) {
            final char c = text.charAt(at);
            if (c == end) {
                return result.toString();
            }
            switch (c) {
                case '\'' -> result.append(singleQuoted());
                case '"' -> result.append(doubleQuoted());
                case '$' -> result.append(variable());
                default -> {
                    at++;
                    if (c != escape) {
                        result.append(c);
                    } else if (at < text.length()) {
                        result.append(text.charAt(at++));
                    }
                }
            }
        }
        if (end != '\0') {
            throw invalid("syntax error: missing '" + end + "'");
        }
        return result.toString();
    }

    private String singleQuoted() {
        final int close = text.indexOf('\'', at + 1);
        if (close < 0) {
            throw invalid("unexpected end of statement while looking for matching single-quote");
        }
        final String inside = text.substring(at + 1, close);
        at = close + 1;
        return inside;
    }

    private String doubleQuoted() {
        final StringBuilder result = new StringBuilder();
        at++;
        while (at < text.length()) {
            final char c = text.charAt(at);
            if (c == '"') {
                at++;
                return result.toString();
            }
            if (c == '$') {
                result.append(variable());
                continue;
            }
            at++;
            if (c == escape && at < text.length()) {
                final char next = text.charAt(at++);
                if (next != '"' && next != '$' && next != escape) {
                    result.append(c);
                }
                result.append(next);
            } else {
                result.append(c);
            }
        }
        throw invalid("unexpected end of statement while looking for matching double-quote");
    }

    private String variable() {
        at++;
        if (at < text.length() && text.charAt(at) == '{') {
            at++;
            return braced();
        }
        final String name = name();
        if (name.isEmpty()) {
            return "$";
        }
        return variables.getOrDefault(name, "");
    }

    private String braced() {
        final String name = name();
        if (name.isEmpty() || at >= text.length()) {
            throw invalid("syntax error: bad substitution");
        }
        if (text.charAt(at) == '}') {
            at++;
            return variables.getOrDefault(name, "");
        }
        final boolean isColon = text.charAt(at) == ':';
        at += isColon ? 1 : 0;
        final char operator = at < text.length() ? text.charAt(at++) : '\0';
        final String word = run('}');
        at++;
        final String value = variables.get(name);
        final boolean isSet = value != null && !(isColon && value.isEmpty());
        return switch (operator) {
            case '-' -> isSet && value != null ? value : word;
            case '+' -> isSet ? word : "";
            case '?' -> {
                if (!isSet || value == null) {
                    throw invalid(name + ": " + (word.isEmpty() ? "is not allowed to be unset" : word));
                }
                yield value;
            }
            default -> throw invalid("unsupported modifier (" + operator + ") in substitution");
        };
    }

    /// Of letters, digits and underscores, or one digit.
    private String name() {
        final int start = at;
        if (at < text.length() && Character.isDigit(text.charAt(at))) {
            at++;
            return text.substring(start, at);
        }
        while (at < text.length()
                && (text.charAt(at) == '_' || text.charAt(at) < 0x80 && Character.isLetterOrDigit(text.charAt(at)))) {
            at++;
        }
        return text.substring(start, at);
    }

    private BuildException invalid(final String what) {
        return new BuildException(BuildException.Kind.INVALID, "failed to process \"" + text + "\": " + what);
    }
}
