package dev.tailrace.runtime.build;

import dev.tailrace.runtime.build.DockerfileReader.Parsed;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// What is to be done, in its order: the arguments before the first `FROM`, and the stages up to the
/// one that is wanted.
///
/// @param arguments `ARG`s that are for `FROM`s
/// @param total how many steps there are
record Plan(List<Instruction> arguments, List<StagePlan> stages, char escape, int total) {
    /// @param name in lower case; empty for none
    record StagePlan(Instruction from, String image, String name, List<Instruction> instructions) {}

    /// @throws BuildException an instruction stands where it cannot, or the target is not there
    static Plan of(final Parsed parsed, final BuildRequest request) {
        final List<Instruction> arguments = new ArrayList<>();
        final List<StagePlan> stages = new ArrayList<>();
        for (final Instruction instruction : parsed.instructions()) {
            if (instruction.keyword().equals("FROM")) {
                stages.add(stage(instruction));
            } else if (!stages.isEmpty()) {
                stages.getLast().instructions().add(instruction);
            } else if (instruction.keyword().equals("ARG")) {
                arguments.add(instruction);
            } else {
                throw instruction.wrong("no build stage in current context");
            }
        }
        if (stages.isEmpty()) {
            throw new BuildException(BuildException.Kind.INVALID, "No build stage in current context");
        }
        final List<StagePlan> wanted = stages.subList(0, target(stages, request.target()) + 1);
        label(wanted.getLast(), request.labels());
        final int total = arguments.size()
                + wanted.stream()
                        .mapToInt(stage -> 1 + stage.instructions().size())
                        .sum();
        return new Plan(arguments, List.copyOf(wanted), parsed.escape(), total);
    }

    /// Names of all `ARG`s.
    Set<String> argumentNames() {
        final Set<String> names = new TreeSet<>();
        final List<Instruction> all = new ArrayList<>(arguments);
        stages.forEach(stage -> all.addAll(stage.instructions()));
        for (final Instruction instruction : all) {
            if (instruction.keyword().equals("ARG")) {
                Expansion.split(instruction.rest(), escape).forEach(word -> names.add(word.replaceFirst("=.*", "")));
            }
        }
        return names;
    }

    private static StagePlan stage(final Instruction from) {
        final String[] words = from.rest().split("\\s+", -1);
        final boolean isNamed = words.length == 3 && words[1].equalsIgnoreCase("AS");
        if (words.length != 1 && !isNamed) {
            throw from.wrong("FROM requires either one or three arguments");
        }
        final String name = isNamed ? words[2].toLowerCase(Locale.ROOT) : "";
        if (isNamed && !name.matches("[a-z][a-z0-9-_.]*")) {
            throw from.wrong("invalid name for build stage: \"" + words[2]
                    + "\", name can't start with a number or contain" + " symbols");
        }
        return new StagePlan(from, words[0], name, new ArrayList<>());
    }

    private static int target(final List<StagePlan> stages, final String target) {
        if (target.isEmpty()) {
            return stages.size() - 1;
        }
        for (int i = 0; i < stages.size(); i++) {
            if (stages.get(i).name().equals(target.toLowerCase(Locale.ROOT)) || target.equals(Integer.toString(i))) {
                return i;
            }
        }
        throw new BuildException(BuildException.Kind.INVALID, "target stage \"" + target + "\" could not be found");
    }

    /// Labels of the request are an instruction at the end, as with Docker.
    private static void label(final StagePlan last, final Map<String, String> labels) {
        if (labels.isEmpty()) {
            return;
        }
        final Map<String, String> sorted = new TreeMap<>(labels);
        final StringBuilder rest = new StringBuilder();
        sorted.forEach((name, value) -> rest.append(rest.isEmpty() ? "" : " ")
                .append(quoted(name))
                .append('=')
                .append(quoted(value)));
        last.instructions().add(new Instruction(last.from().line(), "LABEL", Map.of(), rest.toString()));
    }

    /// In single quotes, within which nothing has a meaning.
    private static String quoted(final String text) {
        return "'" + text.replace("'", "'\"'\"'") + "'";
    }
}
