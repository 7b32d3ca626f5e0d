package dev.tailrace.perf.cli;

import dev.tailrace.perf.lab.LabException;
import dev.tailrace.perf.result.ResultException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/// The program `tailrace bench`.
@Command(
        name = "tailrace bench",
        description = "Measures Tailrace beside other user-mode network stacks, and says how sure the result is.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            RunCommand.class,
            GateCommand.class,
            CalibrateCommand.class,
            CompareCommand.class,
            ReportCommand.class,
            JmhCommand.class
        },
        footer = {
            "",
            "Exit status: 0 nothing is worse for sure, 1 regressed or a promise broken, 2 invalid or failed,",
            "64 wrong use, 130 ended by a signal (what was measured is kept)."
        },
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class)
public final class BenchMain {
    private BenchMain() {}

    public static void main(final String[] arguments) {
        System.exit(run(arguments));
    }

    static int run(final String... arguments) {
        final CommandLine program = new CommandLine(new BenchMain());
        program.setUsageHelpAutoWidth(true);
        program.setUnmatchedOptionsArePositionalParams(false);
        program.setParameterExceptionHandler((misuse, ignored) -> refuse(misuse));
        program.setExecutionExceptionHandler((failure, command, ignored) -> explain(failure, command));
        return program.execute(arguments);
    }

    private static int refuse(final ParameterException misuse) {
        final String name = misuse.getCommandLine().getCommandSpec().qualifiedName();
        System.err.printf("%s: %s; '%s --help' lists what there is%n", name, oneLine(misuse), name);
        return ExitCode.USAGE;
    }

    /// One place turns failures into a line and an exit status.
    private static int explain(final Exception failure, final CommandLine command) throws Exception {
        final String name = command.getCommandSpec().qualifiedName();
        switch (failure) {
            case IllegalArgumentException misuse -> {
                System.err.printf("%s: %s%n", name, oneLine(misuse));
                return ExitCode.USAGE;
            }
            case LabException lab -> System.err.printf("%s: %s%n", name, oneLine(lab));
            case ResultException result -> System.err.printf("%s: %s%n", name, oneLine(result));
            default -> throw failure;
        }
        return ExitCode.INVALID;
    }

    private static String oneLine(final Exception failure) {
        return String.valueOf(failure.getMessage()).strip().replaceAll("\\R+", " / ");
    }
}
