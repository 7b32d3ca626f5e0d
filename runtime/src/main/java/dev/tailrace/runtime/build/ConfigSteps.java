package dev.tailrace.runtime.build;

import com.grack.nanojson.JsonObject;
import dev.tailrace.runtime.image.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The instructions that change nothing but what the image says of its containers.
final class ConfigSteps {
    private static final int MOST_PORT = 65_535;

    private ConfigSteps() {}

    /// The configuration after it.
    ///
    /// @throws BuildException with the line that is wrong
    static Map<String, Object> apply(final Instruction instruction, final Stage stage) {
        final Map<String, Object> config = stage.draft().newConfig();
        switch (instruction.keyword()) {
            case "CMD" -> {
                config.put("Cmd", command(instruction, stage));
                stage.setCommand();
            }
            case "ENTRYPOINT" -> {
                config.put("Entrypoint", command(instruction, stage));
                if (!stage.hasCommand()) {
                    config.remove("Cmd");
                }
            }
            case "ENV" -> config.put("Env", environment(instruction, stage));
            case "LABEL" -> config.put("Labels", labels(instruction, stage));
            case "EXPOSE" -> config.put("ExposedPorts", ports(instruction, stage));
            case "VOLUME" -> config.put("Volumes", volumes(instruction, stage));
            case "USER" -> config.put("User", one(instruction, stage));
            case "STOPSIGNAL" -> config.put("StopSignal", one(instruction, stage));
            case "WORKDIR" -> config.put("WorkingDir", directory(instruction, stage));
            case "HEALTHCHECK" -> config.put("Healthcheck", healthcheck(instruction));
            case "SHELL" ->
                config.put(
                        "Shell",
                        instruction
                                .exec()
                                .filter(words -> !words.isEmpty())
                                .orElseThrow(
                                        () -> instruction.wrong("SHELL requires the arguments to be in JSON form")));
            case "ONBUILD" -> config.put("OnBuild", triggers(instruction, stage));
            case "MAINTAINER" -> stage.author(stage.expand(instruction, instruction.rest()));
            default -> throw new IllegalArgumentException(instruction.keyword());
        }
        return config;
    }

    /// `NAME=VALUE` pairs, or the old form `NAME VALUE`.
    static Map<String, String> pairs(final Instruction instruction, final Stage stage) {
        final List<String> words = Expansion.split(instruction.rest(), stage.escape());
        final Map<String, String> pairs = new LinkedHashMap<>();
        if (words.getFirst().indexOf('=') < 0) {
            final String[] both = instruction.rest().split("\\s+", 2);
            if (both.length < 2) {
                throw instruction.wrong(instruction.keyword() + " must have two arguments");
            }
            pairs.put(stage.expand(instruction, both[0]), stage.expand(instruction, both[1]));
            return pairs;
        }
        for (final String word : words) {
            final int equals = word.indexOf('=');
            if (equals < 0) {
                throw instruction.wrong(
                        "Syntax error - can't find = in \"" + word + "\". Must be of the form: name=value");
            }
            final String name = stage.expand(instruction, word.substring(0, equals));
            if (name.isEmpty()) {
                throw instruction.wrong(instruction.keyword() + " names can not be blank");
            }
            pairs.put(name, stage.expand(instruction, word.substring(equals + 1)));
        }
        return pairs;
    }

    /// An absolute path without `.` and `..`.
    static String directory(final Instruction instruction, final Stage stage) {
        final String given = one(instruction, stage);
        final String current = Json.text(stage.draft().config(), "WorkingDir");
        return Path.of("/", current).resolve(given).normalize().toString();
    }

    private static List<String> command(final Instruction instruction, final Stage stage) {
        return instruction.exec().orElseGet(() -> stage.inShell(instruction.rest()));
    }

    private static List<String> environment(final Instruction instruction, final Stage stage) {
        final Map<String, String> byName = new LinkedHashMap<>();
        for (final String entry : stage.draft().environment()) {
            final int equals = entry.indexOf('=');
            byName.put(equals < 0 ? entry : entry.substring(0, equals), entry);
        }
        pairs(instruction, stage).forEach((name, value) -> byName.put(name, name + "=" + value));
        return List.copyOf(byName.values());
    }

    private static Map<String, Object> labels(final Instruction instruction, final Stage stage) {
        final Map<String, Object> labels =
                new LinkedHashMap<>(Json.object(stage.draft().config(), "Labels"));
        labels.putAll(pairs(instruction, stage));
        return labels;
    }

    private static Map<String, Object> ports(final Instruction instruction, final Stage stage) {
        final Map<String, Object> ports =
                new LinkedHashMap<>(Json.object(stage.draft().config(), "ExposedPorts"));
        for (final String word : stage.words(instruction)) {
            for (final String port : word.strip().split("\\s+", -1)) {
                range(instruction, port).forEach(one -> ports.put(one, new JsonObject()));
            }
        }
        return ports;
    }

    private static List<String> range(final Instruction instruction, final String text) {
        final String[] parts = text.toLowerCase(Locale.ROOT).split("/", -1);
        final String protocol = parts.length < 2 ? "tcp" : parts[1];
        if (parts.length > 2 || !protocol.matches("tcp|udp|sctp") || !parts[0].matches("[0-9]{1,5}(-[0-9]{1,5})?")) {
            throw instruction.wrong("invalid containerPort: " + text);
        }
        final String[] ends = parts[0].split("-", -1);
        final int first = Integer.parseInt(ends[0]);
        final int last = Integer.parseInt(ends[ends.length - 1]);
        if (first > last || last > MOST_PORT) {
            throw instruction.wrong("invalid containerPort: " + text);
        }
        final List<String> ports = new ArrayList<>();
        for (int port = first; port <= last; port++) {
            ports.add(port + "/" + protocol);
        }
        return ports;
    }

    private static Map<String, Object> volumes(final Instruction instruction, final Stage stage) {
        final Map<String, Object> volumes =
                new LinkedHashMap<>(Json.object(stage.draft().config(), "Volumes"));
        for (final String word : stage.words(instruction)) {
            if (word.isBlank()) {
                throw instruction.wrong("VOLUME specified can not be an empty string");
            }
            volumes.put(word, new JsonObject());
        }
        return volumes;
    }

    private static Map<String, Object> healthcheck(final Instruction instruction) {
        final String[] parts = instruction.rest().split("\\s+", 2);
        final String kind = parts[0].toUpperCase(Locale.ROOT);
        if (kind.equals("NONE") && parts.length == 1) {
            return Map.of("Test", List.of("NONE"));
        }
        if (!kind.equals("CMD") || parts.length < 2) {
            throw instruction.wrong("Unknown type \"" + parts[0] + "\" in HEALTHCHECK (try CMD)");
        }
        final Instruction command = new Instruction(instruction.line(), "CMD", Map.of(), parts[1]);
        final List<String> test = new ArrayList<>();
        command.exec()
                .ifPresentOrElse(
                        words -> {
                            test.add("CMD");
                            test.addAll(words);
                        },
                        () -> test.addAll(List.of("CMD-SHELL", parts[1])));
        final Map<String, Object> check = new LinkedHashMap<>();
        check.put("Test", test);
        putNs(check, "Interval", instruction, "interval");
        putNs(check, "Timeout", instruction, "timeout");
        putNs(check, "StartPeriod", instruction, "start-period");
        putNs(check, "StartInterval", instruction, "start-interval");
        if (!instruction.flag("retries").isEmpty()) {
            if (!instruction.flag("retries").matches("[1-9][0-9]{0,8}")) {
                throw instruction.wrong("--retries must be at least 1 (not " + instruction.flag("retries") + ")");
            }
            check.put("Retries", Integer.parseInt(instruction.flag("retries")));
        }
        return check;
    }

    private static void putNs(
            final Map<String, Object> check, final String key, final Instruction instruction, final String flag) {
        final String text = instruction.flag(flag);
        try {
            if (!text.isEmpty()) {
                check.put(key, Durations.ns(text));
            }
        } catch (final IllegalArgumentException e) {
            throw instruction.wrong("--" + flag + ": " + e.getMessage());
        }
    }

    private static List<String> triggers(final Instruction instruction, final Stage stage) {
        final Instruction trigger = Instruction.parse(instruction.line(), instruction.rest());
        if (List.of("ONBUILD", "FROM", "MAINTAINER").contains(trigger.keyword())) {
            throw instruction.wrong(trigger.keyword() + " isn't allowed as an ONBUILD trigger");
        }
        final List<String> triggers = new ArrayList<>(Json.texts(stage.draft().config(), "OnBuild"));
        triggers.add(instruction.rest());
        return triggers;
    }

    private static String one(final Instruction instruction, final Stage stage) {
        final String word = stage.expand(instruction, instruction.rest());
        if (word.isBlank()) {
            throw instruction.wrong(instruction.keyword() + " requires exactly one argument");
        }
        return word;
    }
}
