package dev.tailrace.runtime.cli;

import dev.tailrace.runtime.daemon.Places;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/// `tailrace logs --daemon`: what the engine itself has said, where it was started on demand.
@Command(name = "tailrace logs --daemon", description = "Shows what the engine has said.")
final class DaemonLogCommand {
    /// The option by which it is told from a container's log.
    static final String OPTION = "--daemon";

    @Option(
            names = {"-f", "--follow"},
            description = "Go on with what it says.")
    private boolean isFollowing;

    @Option(
            names = {"-n", "--tail"},
            paramLabel = "LINES",
            description = "The last so many; all otherwise.")
    private int tail = -1;

    private DaemonLogCommand() {}

    static int run(final List<String> words, final Console console) {
        final DaemonLogCommand command = new DaemonLogCommand();
        try {
            new CommandLine(command)
                    .parseArgs(
                            words.stream().filter(word -> !word.equals(OPTION)).toArray(String[]::new));
            return command.show(Places.dataRoot(console.environment()).resolve(OnDemand.LOG), console);
        } catch (final ParameterException | CommandException e) {
            console.err().println("tailrace logs: " + e.getMessage());
            return 1;
        } catch (final IOException e) {
            console.err().println("tailrace logs: tail: " + e.getMessage());
            return 1;
        }
    }

    private int show(final Path log, final Console console) throws IOException {
        if (!Files.exists(log)) {
            throw new CommandException(
                    ExitCode.ENGINE,
                    "there is no " + log + ": it is written when a command has started the engine; one that was started"
                            + " by hand writes where it was started, and a unit to journalctl --user -u tailrace");
        }
        console.out().flush();
        final List<String> command = new ArrayList<>(List.of("tail", "-n", tail < 0 ? "+1" : Integer.toString(tail)));
        if (isFollowing) {
            command.add("-F");
        }
        command.addAll(List.of("--", log.toString()));
        final Process process = new ProcessBuilder(command).inheritIO().start();
        try {
            return process.waitFor();
        } catch (final InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            return 1;
        }
    }
}
