package dev.tailrace.runtime.cli;

import dev.tailrace.runtime.client.ApiClient;
import dev.tailrace.runtime.daemon.DataRoot;
import dev.tailrace.runtime.daemon.Places;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/// The engine of this user, which is started if there is none.
final class OnDemand {
    private static final Path ROOT = Path.of("/");

    /// In the data root: what a daemon says that was started on demand.
    static final String LOG = "daemon.log";

    private final Console console;
    private final String host;

    /// @param host as the user names it; empty for the usual place, where one is started
    OnDemand(final Console console, final String host) {
        this.console = console;
        this.host = host;
    }

    /// One that answers, unless the user has named another.
    ApiClient engine() {
        try {
            final ApiClient engine = there();
            if (host.isEmpty() && !engine.isThere()) {
                start(engine);
            }
            return engine;
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Whether it answers or not.
    ApiClient there() throws IOException {
        return new ApiClient(host.isEmpty() ? Places.socket(console.environment(), ROOT, uid()) : Places.socket(host));
    }

    /// Who comes second while one is being started waits for it by the lock.
    private void start(final ApiClient engine) throws IOException {
        final Path launcher = Launcher.path()
                .orElseThrow(() -> new CommandException(
                        ExitCode.ENGINE, "no engine answers on " + engine.socket() + ": tailrace daemon starts one"));
        final Path lockFile = engine.socket().resolveSibling("tailrace.start");
        try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock _ = channel.lock()) {
            if (!engine.isThere()) {
                start(launcher);
            }
        }
    }

    private void start(final Path launcher) throws IOException {
        final Path data = Places.dataRoot(console.environment());
        DataRoot.make(data);
        final Path log = data.resolve(LOG);
        final long logged = Files.exists(log) ? Files.size(log) : 0;
        // In a session of its own: what is typed to end this does not end it.
        final Process daemon = new ProcessBuilder(List.of("setsid", launcher.toString(), "daemon"))
                .directory(ROOT.toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectError(Redirect.appendTo(log.toFile()))
                .start();
        try (BufferedReader out = daemon.inputReader(StandardCharsets.UTF_8)) {
            if (out.readLine() == null) {
                throw new CommandException(
                        ExitCode.ENGINE, "no engine, and none could be started: " + lastLine(log, logged));
            }
        }
        console.err()
                .println(
                        "tailrace: no engine was there: started tailrace daemon, PID " + daemon.pid() + ", log " + log);
    }

    private static String lastLine(final Path log, final long from) throws IOException {
        final byte[] all = Files.readAllBytes(log);
        final String said = new String(all, (int) from, all.length - (int) from, StandardCharsets.UTF_8).strip();
        return said.isEmpty() ? "it said nothing; see " + log : said.substring(said.lastIndexOf('\n') + 1);
    }

    private static long uid() throws IOException {
        return Integer.toUnsignedLong((Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    }
}
