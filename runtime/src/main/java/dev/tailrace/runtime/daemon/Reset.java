package dev.tailrace.runtime.daemon;

import dev.tailrace.runtime.storage.files.TreeRemoval;
import dev.tailrace.tapio.linux.LinuxException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/// The program behind `tailrace reset`: removes all that a daemon has kept, in its namespaces, where files of every
/// user of containers can be removed.
@Command(
        name = "tailrace reset",
        description = "Removes all images, containers and what else the engine keeps.",
        footer = {"", "Exit status: 0 done, 1 something failed or no for an answer, 2 wrong use, 3 a daemon runs."})
public final class Reset {
    @Option(names = "--data-root", paramLabel = "DIRECTORY", description = "Instead of $XDG_DATA_HOME/tailrace.")
    private @Nullable Path dataRoot;

    @Option(
            names = {"-f", "--force"},
            description = "Do not ask.")
    private boolean isForced;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Print this.")
    private boolean isHelp;

    private Reset() {}

    /// Runs to its end.
    public static void main(final String[] args) {
        System.exit(run(List.of(args), System.getenv(), System.in, System.out, System.err));
    }

    static int run(
            final List<String> args,
            final Map<String, String> environment,
            final InputStream in,
            final PrintStream out,
            final PrintStream err) {
        final Reset reset = new Reset();
        try {
            final CommandLine line = new CommandLine(reset);
            line.getCommandSpec()
                    .addOption(OptionSpec.builder("--single-id")
                            .description("For a daemon that was started so.")
                            .build());
            line.parseArgs(args.toArray(String[]::new));
            if (reset.isHelp) {
                line.usage(out, Ansi.OFF);
                return 0;
            }
            return reset.reset(environment, in, out);
        } catch (final ParameterException e) {
            err.println("tailrace reset: " + e.getMessage() + " (see tailrace reset --help)");
            return DaemonException.USAGE;
        } catch (final DaemonException e) {
            err.println("tailrace reset: " + e.getMessage());
            return e.exitCode();
        } catch (final IOException | LinuxException e) {
            err.println("tailrace reset: " + e.getMessage());
            return DaemonException.FAILED;
        }
    }

    private int reset(final Map<String, String> environment, final InputStream in, final PrintStream out)
            throws IOException {
        final Path data = dataRoot == null ? Places.dataRoot(environment) : dataRoot.toAbsolutePath();
        if (!Files.exists(data)) {
            out.println("there is nothing in " + data);
            return 0;
        }
        if (!DataRoot.isOne(data)) {
            throw new DaemonException(DaemonException.USAGE, data + " is no data root of a tailrace daemon");
        }
        try (DataRoot root = DataRoot.take(data)) {
            if (!isForced && !isMeant(root.directory(), in, out)) {
                return DaemonException.FAILED;
            }
            final List<Path> entries;
            try (Stream<Path> all = Files.list(data)) {
                entries = all.filter(entry -> !DataRoot.isLock(entry)).toList();
            }
            entries.forEach(TreeRemoval::remove);
        }
        // The lock last: until here nobody could start a daemon.
        TreeRemoval.remove(data);
        out.println("removed " + data);
        return 0;
    }

    private static boolean isMeant(final Path data, final InputStream in, final PrintStream out) throws IOException {
        out.print("This removes all images, containers, volumes and networks in " + data + ". Go on? [y/N] ");
        out.flush();
        final String answer = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).readLine();
        return answer != null && answer.strip().matches("[yY]([eE][sS])?");
    }
}
