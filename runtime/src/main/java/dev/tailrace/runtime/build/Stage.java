package dev.tailrace.runtime.build;

import dev.tailrace.runtime.image.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One stage of a build, from its `FROM` on. The build's thread.
final class Stage {
    private static final List<String> USUAL_SHELL = List.of("/bin/sh", "-c");

    private final String name;
    private final char escape;
    private final Map<String, String> declared = new LinkedHashMap<>();
    private Draft draft;
    private boolean hasCommand;
    private String author = "";

    /// @param name in lower case; empty for none
    Stage(final String name, final char escape, final Draft draft) {
        this.name = name;
        this.escape = escape;
        this.draft = draft;
    }

    String name() {
        return name;
    }

    Draft draft() {
        return draft;
    }

    void draft(final Draft next) {
        draft = next;
    }

    String author() {
        return author;
    }

    void author(final String newAuthor) {
        author = newAuthor;
    }

    /// Whether the stage itself has said a command, which an entrypoint then leaves alone.
    boolean hasCommand() {
        return hasCommand;
    }

    void setCommand() {
        hasCommand = true;
    }

    char escape() {
        return escape;
    }

    /// What runs lines of the shell form.
    List<String> shell() {
        final List<String> shell = Json.texts(draft.config(), "Shell");
        return shell.isEmpty() ? USUAL_SHELL : shell;
    }

    List<String> inShell(final String line) {
        final List<String> command = new ArrayList<>(shell());
        command.add(line);
        return command;
    }

    void declare(final String argument, final String value) {
        declared.put(argument, value);
    }

    /// Arguments of the build that are set here, `NAME=VALUE` each, by name; what `ENV` sets goes
    /// before them.
    List<String> arguments() {
        final Map<String, String> environment = environment();
        return declared.entrySet().stream()
                .filter(argument -> !environment.containsKey(argument.getKey()))
                .map(argument -> argument.getKey() + "=" + argument.getValue())
                .sorted()
                .toList();
    }

    /// A word of an instruction with its variables replaced.
    String expand(final Instruction instruction, final String word) {
        final Map<String, String> variables = new HashMap<>(declared);
        variables.putAll(environment());
        try {
            return Expansion.word(word, escape, variables);
        } catch (final BuildException e) {
            throw instruction.wrong(String.valueOf(e.getMessage()));
        }
    }

    /// All words of an instruction, or those of its exec form.
    List<String> words(final Instruction instruction) {
        return instruction.exec().orElseGet(() -> Expansion.split(instruction.rest(), escape)).stream()
                .map(word -> expand(instruction, word))
                .toList();
    }

    private Map<String, String> environment() {
        final Map<String, String> variables = new HashMap<>();
        for (final String entry : draft.environment()) {
            final int equals = entry.indexOf('=');
            if (equals > 0) {
                variables.put(entry.substring(0, equals), entry.substring(equals + 1));
            }
        }
        return variables;
    }
}
