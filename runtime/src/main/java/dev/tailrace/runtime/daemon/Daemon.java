package dev.tailrace.runtime.daemon;

import dev.tailrace.runtime.terminal.ReceivedSignals;
import dev.tailrace.tapio.linux.Signals;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;

/// The program behind `tailrace daemon`, started by its launcher in namespaces of its own.
public final class Daemon {
    private static final Path ROOT = Path.of("/");

    private Daemon() {}

    /// Runs until a signal ends it.
    public static void main(final String[] args) {
        System.exit(run(List.of(args), System.getenv(), System.out, System.err));
    }

    /// The exit status of a command line.
    static int run(
            final List<String> args,
            final Map<String, String> environment,
            final PrintStream out,
            final PrintStream err) {
        final DaemonOptions options = new DaemonOptions();
        final CommandLine line = new CommandLine(options).setCaseInsensitiveEnumValuesAllowed(true);
        try {
            line.parseArgs(args.toArray(String[]::new));
            if (line.isUsageHelpRequested()) {
                line.usage(out, Ansi.OFF);
                return 0;
            }
            options.check();
            serve(options, environment, out);
            return 0;
        } catch (final ParameterException e) {
            err.println("tailrace daemon: " + oneLine(e) + " (see tailrace daemon --help)");
            return DaemonException.USAGE;
        } catch (final DaemonException e) {
            err.println("tailrace daemon: " + e.getMessage());
            return e.exitCode();
        }
    }

    private static void serve(
            final DaemonOptions options, final Map<String, String> environment, final PrintStream out) {
        final Path socket = options.host()
                .map(Places::socket)
                .orElseGet(() -> Places.socket(environment, ROOT, userOutside()));
        final Path data =
                options.dataRoot().map(Path::of).map(Path::toAbsolutePath).orElseGet(() -> Places.dataRoot(environment));
        try (DataRoot root = DataRoot.take(data)) {
            SocketFile.makeRoom(socket);
            final ReceivedSignals signals = new ReceivedSignals(Signals.SIGTERM, Signals.SIGINT, Signals.SIGHUP);
            out.println("tailrace daemon: serving " + root.directory() + " on unix://" + socket);
            signals.take();
        }
    }

    private static String oneLine(final Exception failure) {
        return String.valueOf(failure.getMessage()).strip().replaceAll("\\R+", " ");
    }

    /// The number of the user who is root in here, as the host knows it.
    private static long userOutside() {
        try {
            final String[] first =
                    Files.readString(Path.of("/proc/self/uid_map")).strip().split("\\s+", 4);
            return Long.parseLong(first[1]);
        } catch (final IOException | RuntimeException e) {
            throw new DaemonException(DaemonException.FAILED, "cannot read /proc/self/uid_map: " + e, e);
        }
    }
}
