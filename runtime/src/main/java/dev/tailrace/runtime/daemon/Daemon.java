package dev.tailrace.runtime.daemon;

import dev.tailrace.runtime.engine.EngineException;
import dev.tailrace.runtime.network.NetworkException;
import dev.tailrace.runtime.storage.StorageException;
import dev.tailrace.runtime.terminal.ReceivedSignals;
import dev.tailrace.tapio.linux.Signals;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.OptionSpec;
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
        line.getCommandSpec()
                .addOption(OptionSpec.builder("-h", "--help")
                        .usageHelp(true)
                        .description("Print this.")
                        .build());
        try {
            line.parseArgs(args.toArray(String[]::new));
            if (line.isUsageHelpRequested()) {
                line.usage(out, Ansi.OFF);
                return 0;
            }
            options.check();
            serve(options, environment, out, err);
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
            final DaemonOptions options,
            final Map<String, String> environment,
            final PrintStream out,
            final PrintStream err) {
        final DaemonLog log = new DaemonLog(err, options.logLevel(), Clock.systemUTC());
        final ServiceManager manager = new ServiceManager(environment, log);
        final IdRange ids = IdRange.current();
        if (options.isSingleId() && !ids.isSingle()) {
            throw new DaemonException(
                    DaemonException.USAGE, "--single-id is for the launcher: start bin/tailrace daemon --single-id");
        }
        final Path socket =
                options.host().map(Places::socket).orElseGet(() -> Places.socket(environment, ROOT, ids.outside()));
        final Path data = options.dataRoot()
                .map(Path::of)
                .map(Path::toAbsolutePath)
                .orElseGet(() -> Places.dataRoot(environment));
        try (DataRoot root = DataRoot.take(data)) {
            if (SocketFile.makeRoom(socket)) {
                log.warn(socket + " was left by a daemon that was killed: removed");
            }
            SocketFile.removeNetworks(socket);
            final ReceivedSignals signals = new ReceivedSignals(Signals.SIGTERM, Signals.SIGINT, Signals.SIGHUP);
            try (Serving _ = Serving.start(
                    options, ids, root.directory(), Places.settings(environment, root.directory()), socket, log)) {
                // Who has started us waits for this line.
                out.println("tailrace daemon: serving " + root.directory() + " on unix://" + socket);
                out.flush();
                manager.ready();
                log.info("stopping on signal " + signals.take());
                manager.stopping();
            }
        } catch (final IOException | StorageException | NetworkException | EngineException e) {
            throw new DaemonException(DaemonException.FAILED, oneLine(e), e);
        }
    }

    private static String oneLine(final Exception failure) {
        return String.valueOf(failure.getMessage()).strip().replaceAll("\\R+", " ");
    }
}
