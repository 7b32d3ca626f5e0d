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
    /// Docker's own client; Debian's is the other place.
    private static final List<Path> CLIENTS = List.of(Path.of("/usr/local/bin/docker"), Path.of("/usr/bin/docker"));

    private static final Path IMAGE = Path.of("target/image").toAbsolutePath();

    private final Machine machine = new Machine(Subject.OURS);
    private final Traces before;
    private final Program daemon;

    EngineHost() {
        try {
            machine.makeRootDirectory();
            before = Traces.of(machine);
            daemon = machine.start(tailrace(), "daemon");
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
    Program startAtTerminal(final String line) {
        return machine.start("env", host(), "script", "--quiet", "--return", "--flush", "--command", line, "/dev/null");
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

    /// A web server that logs who asks, iperf3, and a shell, under the names that people know.
    private void makeImages() {
        final String script = """
                cd "$HOME"
                cp "$(command -v iperf3)" root/bin
                for file in $(ldd root/bin/iperf3 | grep -o '/[^ )]*\\.so[^ )]*' | sort -u); do
                    mkdir -p "root${file%/*}"
                    cp -L "$file" "root$file"
                done
                for name in echo httpd id ps stty tty true; do ln -s busybox root/bin/$name; done
                mkdir root/www
                echo "Welcome to nginx!" >root/www/index.html
                echo root:x:0:0:root:/root:/bin/sh >root/etc/passwd
                tar -C root -cf root.tar .
                "$1" import --change 'CMD ["sh"]' root.tar busybox
                "$1" image pack packed:1 socat
                "$1" import --change 'ENTRYPOINT ["iperf3"]' --change 'EXPOSE 5201' root.tar networkstatic/iperf3
                "$1" import --change 'CMD ["httpd","-f","-v","-h","/www"]' --change 'EXPOSE 80' root.tar nginx
                """;
        machine.run("sh", "-euc", script, "sh", tailrace());
    }
}
