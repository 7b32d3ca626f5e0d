package dev.tailrace.runtime.clients;

import dev.tailrace.tapio.lab.Await;
import dev.tailrace.tapio.lab.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A rootless user's machine with our engine, and the images of the walkthrough, made of what is installed here.
final class EngineHost implements AutoCloseable {
    /// Debian's client of 2022 where `./tailrace verify` puts it, one of Docker's own, and an installed one.
    private static final List<Path> CLIENTS = List.of(
            Path.of("/usr/local/lib/tailrace/docker-20.10/docker"),
            Path.of("/usr/local/bin/docker"),
            Path.of("/usr/bin/docker"));

    private static final Path IMAGE = Path.of("target/image").toAbsolutePath();

    private final Machine machine = new Machine(Subject.OURS);
    private final Traces before;
    private final Program daemon;

    /// Starts the engine and makes the images.
    EngineHost() {
        this(":");
    }

    /// @param setUp a shell script that the machine's root runs before the engine starts
    /// @param options of the daemon
    EngineHost(final String setUp, final String... options) {
        try {
            machine.asRoot("sh", "-euc", setUp, "sh", machine.home().toString());
            before = Traces.of(machine);
            final List<String> command = new ArrayList<>(List.of(tailrace(), "daemon"));
            command.addAll(List.of(options));
            daemon = machine.start(command.toArray(String[]::new));
            Await.until(() -> "the daemon serves: " + daemon, () -> {
                if (!daemon.isAlive()) {
                    throw new AssertionError("the daemon has ended: " + daemon);
                }
                return daemon.stdout().contains("serving");
            });
            makeImages();
        } catch (final RuntimeException | Error e) {
            machine.close();
            throw e;
        }
    }

    /// The clients of Docker that there are.
    static List<Path> clients() {
        return CLIENTS.stream().filter(Files::isExecutable).toList();
    }

    static String tailrace() {
        return IMAGE.resolve("bin/tailrace").toString();
    }

    Machine machine() {
        return machine;
    }

    Program daemon() {
        return daemon;
    }

    /// What was there before the daemon.
    Traces before() {
        return before;
    }

    /// Runs docker's client to its end, which must be a success.
    String docker(final Path client, final String... arguments) {
        return machine.run(command(client.toString(), arguments));
    }

    /// All that a container has written, to both streams.
    String logs(final Path client, final String container) {
        final Program logs = start(client.toString(), "logs", container);
        logs.awaitExit();
        return logs.stdout() + logs.stderr();
    }

    /// Starts a client, docker's or ours.
    Program start(final String client, final String... arguments) {
        return machine.start(command(client, arguments));
    }

    /// Starts a shell's line at a terminal of its own; what is typed goes to its standard input.
    ///
    /// @param client what `docker` means in it
    Program startAtTerminal(final String client, final String line) {
        final String script = "docker() { " + client + " \"$@\"; }\n" + line;
        return machine.start(
                "env", host(), "script", "--quiet", "--return", "--flush", "--command", script, "/dev/null");
    }

    /// Types at a terminal.
    static void type(final Program terminal, final String keys) {
        try {
            terminal.stdin().write(keys.getBytes(StandardCharsets.UTF_8));
            terminal.stdin().flush();
        } catch (final IOException e) {
            throw new UncheckedIOException(terminal.toString(), e);
        }
    }

    /// Waits until a terminal shows a text.
    static void awaitShown(final Program terminal, final String text) {
        Await.until(
                () -> "\"" + text + "\" at " + terminal, () -> terminal.stdout().contains(text));
    }

    /// Waits for a web server that answers the host.
    void awaitServer(final String url) {
        Await.until(
                () -> "the web server at " + url,
                () -> machine().start("curl", "-sSg", url).awaitExit() == 0);
    }

    /// The addresses at the beginning of the lines of nginx's log (format "combined") that ask for a path.
    static List<String> askers(final String log, final String path) {
        return log.lines()
                .filter(line -> line.contains("\"GET " + path + " HTTP/1.1\""))
                .map(line -> line.substring(0, line.indexOf(' ')))
                .toList();
    }

    @Override
    public void close() {
        machine.close();
    }

    private String[] command(final String client, final String... arguments) {
        final List<String> command = new ArrayList<>(List.of("env", host(), client));
        command.addAll(List.of(arguments));
        return command.toArray(String[]::new);
    }

    private String host() {
        return "DOCKER_HOST=unix://" + machine.runtime() + "/tailrace.sock";
    }

    /// The web server, iperf3 and a shell of this machine, under the names that people know.
    private void makeImages() {
        final String script = """
                "$1" image pack busybox busybox
                "$1" image pack nginx nginx
                "$1" image pack networkstatic/iperf3 iperf3
                """;
        machine.run("sh", "-euc", script, "sh", tailrace());
    }
}
