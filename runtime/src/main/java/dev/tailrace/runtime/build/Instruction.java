package dev.tailrace.runtime.build;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One instruction of a Dockerfile.
///
/// @param line where it begins, from 1 on
/// @param keyword in upper case
/// @param flags names to values, such as `from` to `build`; a flag without a value has an empty one
/// @param rest what follows the flags
record Instruction(int line, String keyword, Map<String, String> flags, String rest) {
    private static final Pattern FLAG = Pattern.compile("\\G--([a-z][a-z-]*)(?:=(\\S*))?(?:\\s+|$)");

    private static final Set<String> KEYWORDS = Set.of(
            "ADD",
            "ARG",
            "CMD",
            "COPY",
            "ENTRYPOINT",
            "ENV",
            "EXPOSE",
            "FROM",
            "HEALTHCHECK",
            "LABEL",
            "MAINTAINER",
            "ONBUILD",
            "RUN",
            "SHELL",
            "STOPSIGNAL",
            "USER",
            "VOLUME",
            "WORKDIR");

    private static final Map<String, Set<String>> FLAGS = Map.of(
            "FROM", Set.of("platform"),
            "COPY", Set.of("from", "chown", "chmod"),
            "ADD", Set.of("chown", "chmod"),
            "HEALTHCHECK", Set.of("interval", "timeout", "start-period", "start-interval", "retries"));

    /// What BuildKit has and the classic builder has not.
    private static final Set<String> NEWER_FLAGS =
            Set.of("mount", "network", "security", "link", "parents", "exclude", "checksum", "keep-git-dir", "unpack");

    /// @throws BuildException it is unknown, or has flags that it cannot have
    static Instruction parse(final int line, final String text) {
        final String[] parts = text.split("\\s+", 2);
        final String keyword = parts[0].toUpperCase(Locale.ROOT);
        if (!KEYWORDS.contains(keyword)) {
            throw BuildException.atLine(line, "unknown instruction: " + parts[0]);
        }
        String rest = parts.length < 2 ? "" : parts[1].strip();
        final Map<String, String> flags = new LinkedHashMap<>();
        if (FLAGS.containsKey(keyword) || keyword.equals("RUN")) {
            final Matcher matcher = FLAG.matcher(rest);
            int end = 0;
            while (matcher.find()) {
                flag(line, keyword, matcher.group(1));
                flags.put(matcher.group(1), matcher.group(2) == null ? "" : matcher.group(2));
                end = matcher.end();
            }
            rest = rest.substring(end).strip();
        }
        if (rest.isEmpty() && !keyword.equals("CMD")) {
            throw BuildException.atLine(line, keyword + " requires at least one argument");
        }
        return new Instruction(line, keyword, flags, rest);
    }

    /// The words of the form `["program", "argument"]`, if it has that form.
    Optional<List<String>> exec() {
        if (!rest.startsWith("[")) {
            return Optional.empty();
        }
        try {
            final JsonArray array = JsonParser.array().from(rest);
            final List<String> words = new ArrayList<>();
            for (final Object word : array) {
                if (!(word instanceof final String text)) {
                    return Optional.empty();
                }
                words.add(text);
            }
            return Optional.of(words);
        } catch (final JsonParserException _) {
            // What is no JSON is a line for the shell, as with Docker.
            return Optional.empty();
        }
    }

    String flag(final String name) {
        return flags.getOrDefault(name, "");
    }

    BuildException wrong(final String message) {
        return BuildException.atLine(line, message);
    }

    /// As it is shown: on one line.
    String text() {
        final StringBuilder text = new StringBuilder(keyword);
        flags.forEach((name, value) -> text.append(" --")
                .append(name)
                .append(value.isEmpty() ? "" : "=")
                .append(value));
        return text.append(rest.isEmpty() ? "" : " ").append(rest).toString();
    }

    private static void flag(final int line, final String keyword, final String name) {
        if (FLAGS.getOrDefault(keyword, Set.of()).contains(name)) {
            return;
        }
        if (NEWER_FLAGS.contains(name)) {
            throw BuildException.atLine(line, keyword + " --" + name + " needs BuildKit, which this engine has not");
        }
        throw BuildException.atLine(line, "unknown flag: " + name);
    }
}
