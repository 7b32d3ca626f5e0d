package dev.tailrace.runtime.cli;

import dev.tailrace.runtime.client.ApiClient;
import dev.tailrace.runtime.client.ApiException;
import dev.tailrace.runtime.client.NoEngineException;
import dev.tailrace.runtime.daemon.DaemonException;
import dev.tailrace.tapio.linux.LinuxException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/// The verbs that ask an engine, and what becomes of their failures.
final class EngineProgram {
    private static final Map<String, Verb> VERBS = verbs();

    private final Console console;
    private final Supplier<ApiClient> engine;

    /// @param engine is asked for once, when the command line is right
    EngineProgram(final Console console, final Supplier<ApiClient> engine) {
        this.console = console;
        this.engine = engine;
    }

    /// @param summary one line of the help
    private record Verb(String summary, Supplier<EngineCommand> command) {}

    static boolean isVerb(final String verb) {
        return VERBS.containsKey(verb);
    }

    /// The verbs for the help, a line each.
    static String list() {
        final StringBuilder text = new StringBuilder();
        VERBS.forEach((name, verb) -> text.append("  %-8s %s%n".formatted(name, verb.summary)));
        return text.toString();
    }

    /// Runs a verb that is known.
    ///
    /// @return the exit status
    int run(final String verb, final List<String> args) {
        final EngineCommand command =
                Objects.requireNonNull(VERBS.get(verb), verb).command.get();
        final CommandLine line = commandLine(command);
        final boolean isStart = command instanceof RunCommand || command instanceof ExecCommand;
        try {
            line.parseArgs(args.toArray(String[]::new));
            if (line.isUsageHelpRequested()) {
                line.usage(console.out(), Ansi.OFF);
                return ExitCode.SUCCESS;
            }
            return command.run(engine.get(), console);
        } catch (final ParameterException e) {
            return refuse(
                    e instanceof UnmatchedArgumentException ? ExitCode.ENGINE : isStart ? ExitCode.ENGINE : 1,
                    verb + ": " + oneLine(e) + " (see tailrace " + verb + " --help)");
        } catch (final CommandException e) {
            return refuse(e.exitCode(), oneLine(e));
        } catch (final ApiException e) {
            return refuse(
                    command instanceof RunCommand ? ExitCode.ofStart(e.reason()) : ExitCode.FAILURE,
                    "Error response from daemon: " + oneLine(e));
        } catch (final DaemonException | NoEngineException e) {
            return refuse(isStart ? ExitCode.ENGINE : ExitCode.FAILURE, oneLine(e));
        } catch (final IOException | UncheckedIOException | LinuxException e) {
            return refuse(isStart ? ExitCode.ENGINE : ExitCode.FAILURE, verb + ": " + oneLine(e));
        }
    }

    private int refuse(final int exitCode, final String message) {
        console.out().flush();
        console.err().println("tailrace: " + message);
        return exitCode;
    }

    private static CommandLine commandLine(final EngineCommand command) {
        final CommandLine line = new CommandLine(command);
        // docker has -h for the host's name.
        line.getCommandSpec()
                .addOption(OptionSpec.builder("--help")
                        .usageHelp(true)
                        .description("Print this.")
                        .build());
        line.setExpandAtFiles(false);
        line.setInterpolateVariables(false);
        line.setUnmatchedOptionsArePositionalParams(false);
        line.setOverwrittenOptionsAllowed(true);
        line.setStopAtPositional(command instanceof TakesCommand);
        return line;
    }

    private static String oneLine(final Exception failure) {
        return String.valueOf(failure.getMessage()).strip().replaceAll("\\R+", " ");
    }

    private static Map<String, Verb> verbs() {
        final Map<String, Verb> verbs = new TreeMap<>();
        verbs.put("attach", new Verb("join the streams of a container's process", AttachCommand::new));
        verbs.put("commit", new Verb("make an image of what a container has changed", CommitCommand::new));
        verbs.put("create", new Verb("make a container", CreateCommand::new));
        verbs.put("exec", new Verb("run another program in a container", ExecCommand::new));
        verbs.put("export", new Verb("write a container's files as an archive", ExportCommand::new));
        verbs.put("history", new Verb("show the layers of an image", HistoryCommand::new));
        verbs.put("images", new Verb("list images", ImagesCommand::new));
        verbs.put("import", new Verb("make an image of an archive of files", ImportCommand::new));
        verbs.put("info", new Verb("show the engine and its warnings", InfoCommand::new));
        verbs.put("inspect", new Verb("show all that is known of containers or images", InspectCommand::new));
        verbs.put("kill", new Verb("send a signal to containers", KillCommand::new));
        verbs.put("load", new Verb("read images from an archive", LoadCommand::new));
        verbs.put("logs", new Verb("show what a container has written", LogsCommand::new));
        verbs.put("pause", new Verb("stop all processes of containers", () -> new EachCommand("pause")));
        verbs.put("port", new Verb("show the published ports of a container", PortCommand::new));
        verbs.put("ps", new Verb("list containers", PsCommand::new));
        verbs.put("pull", new Verb("get an image from its registry", PullCommand::new));
        verbs.put("rename", new Verb("give a container another name", RenameCommand::new));
        verbs.put("restart", new Verb("stop and start containers", () -> new StopCommand("restart")));
        verbs.put("rm", new Verb("remove containers", RmCommand::new));
        verbs.put("rmi", new Verb("remove images", RmiCommand::new));
        verbs.put("run", new Verb("make a container, start it, and show its output", RunCommand::new));
        verbs.put("save", new Verb("write images as an archive", SaveCommand::new));
        verbs.put("start", new Verb("start containers", StartCommand::new));
        verbs.put("stop", new Verb("stop containers", () -> new StopCommand("stop")));
        verbs.put("tag", new Verb("give an image another name", TagCommand::new));
        verbs.put("top", new Verb("show the processes of a container", TopCommand::new));
        verbs.put("unpause", new Verb("let the processes of containers go on", () -> new EachCommand("unpause")));
        verbs.put("wait", new Verb("wait for the end of containers, and print their exit codes", WaitCommand::new));
        return verbs;
    }
}
