package dev.tailrace.runtime.engine;

import dev.tailrace.runtime.engine.EngineException.Kind;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// `docker top`: what ps(1) of the host says of a container's processes.
public record ProcessTable(List<String> titles, List<List<String>> processes) {
    private static final String PID = "PID";

    static ProcessTable read(final List<Integer> pids, final String arguments) {
        final List<String> command = new ArrayList<>(List.of("ps"));
        command.addAll(List.of((arguments.isBlank() ? "-ef" : arguments).strip().split("\\s+")));
        final List<String> lines = run(command);
        if (lines.isEmpty()) {
            throw new EngineException(Kind.FAILED, "ps: no output");
        }
        final List<String> titles = List.of(lines.getFirst().strip().split("\\s+"));
        final int pidColumn = titles.indexOf(PID);
        if (pidColumn < 0) {
            throw EngineException.invalid("Couldn't find PID field in ps output");
        }
        final Set<String> wanted = pids.stream().map(String::valueOf).collect(Collectors.toSet());
        final List<List<String>> processes = new ArrayList<>();
        for (final String line : lines.subList(1, lines.size())) {
            final List<String> fields = Arrays.asList(line.strip().split("\\s+", titles.size()));
            if (fields.size() > pidColumn && wanted.contains(fields.get(pidColumn))) {
                processes.add(fields);
            }
        }
        return new ProcessTable(titles, processes);
    }

    private static List<String> run(final List<String> command) {
        try {
            final Process ps =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            final List<String> lines;
            try (BufferedReader reader = ps.inputReader()) {
                lines = reader.lines().toList();
            }
            if (ps.waitFor() != 0) {
                throw EngineException.invalid("ps: " + String.join(" ", lines));
            }
            return lines;
        } catch (final IOException e) {
            throw new EngineException(Kind.FAILED, "ps: " + e.getMessage(), e);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EngineException(Kind.FAILED, "ps: interrupted", e);
        }
    }
}
