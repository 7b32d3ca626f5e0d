package dev.tailrace.runtime.network;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.runtime.clients.Internet;
import dev.tailrace.tapio.lab.Await;
import dev.tailrace.tapio.lab.Lab;
import dev.tailrace.tapio.lab.OurProgram;
import dev.tailrace.tapio.lab.Place;
import dev.tailrace.tapio.lab.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A host on the internet of a [Lab] that has a bridge; see [NetworkHost].
final class BridgeFixture implements AutoCloseable {
    static final String GATEWAY = "172.17.0.1";
    static final String GATEWAY6 = "[fd74:6169:6c72:ace::2]";

    private static final Pattern FIELD = Pattern.compile("(\\w+)=(\\S+)");

    private final Lab lab = Lab.ofManyUsers();
    private final Program engine;
    private final String greeting;
    private int lines;

    /// What runs in a container's network.
    ///
    /// @param answer the engine's, such as `fd=51 ipv4=172.17.0.2 ...`
    record Container(BridgeFixture fixture, String id, String answer) {
        /// A field of the answer.
        String field(final String name) {
            return fields(name).getFirst();
        }

        List<String> fields(final String name) {
            final List<String> found = new ArrayList<>();
            final Matcher matcher = FIELD.matcher(answer);
            while (matcher.find()) {
                if (matcher.group(1).equals(name)) {
                    found.add(matcher.group(2));
                }
            }
            return found;
        }

        /// Runs a program to its end, which must be a success.
        String run(final String... command) {
            return fixture.host().run(whole(command).toArray(String[]::new));
        }

        Program start(final String... command) {
            return fixture.host().start(whole(command));
        }

        /// A server's answer to a connection from here.
        String ask(final String socatAddress) {
            return run("socat", "-t10", "-u", socatAddress, "-").strip();
        }

        /// A server that answers each client with `text` and the client's address.
        void serve(final String socatListener, final String text) {
            final String[] parts = socatListener.split("[:,]");
            final boolean isUdp = parts[0].startsWith("UDP");
            // A shell that ends before it is given the datagram breaks socat's pipe to it, and the answer is lost.
            final String answer = (isUdp ? "read -r line; " : "") + "echo " + text + " $SOCAT_PEERADDR";
            final Program server = start("socat", "-t10", socatListener + ",fork", "SYSTEM:" + answer);
            final String table = isUdp ? "-Hlun" : "-Hltn";
            Await.until(
                    () -> "a listener " + socatListener + ": " + server,
                    () -> run("ss", table).contains(":" + parts[1] + " "));
        }

        private List<String> whole(final String... command) {
            final List<String> whole = new ArrayList<>(List.of("nsenter", "--net=" + fixture.path(field("fd")), "--"));
            whole.addAll(List.of(command));
            return whole;
        }
    }

    /// @param arguments more of [NetworkHost]
    BridgeFixture(final int mtu, final String... arguments) {
        try {
            new Internet(lab);
            final Path resolvers = lab.directory().resolve("resolv.conf");
            Files.writeString(resolvers, "nameserver " + Internet.NAME_SERVER + "\n");
            host().run("mount", "--bind", resolvers.toString(), "/etc/resolv.conf");
            // A user namespace below the host's, as for an ordinary user: the host's network is not its own.
            final List<String> command = new ArrayList<>(List.of("unshare", "--user", "--map-root-user", "--"));
            command.addAll(OurProgram.java(NetworkHost.class.getName()));
            command.add(Integer.toString(mtu));
            command.addAll(List.of(arguments));
            engine = host().start(command);
            greeting = answer();
            assertTrue(greeting.startsWith("ready"), greeting + engine);
        } catch (final IOException e) {
            lab.close();
            throw new UncheckedIOException(e);
        } catch (final RuntimeException | Error e) {
            lab.close();
            throw e;
        }
    }

    /// A server's answer to a connection from a place.
    static String ask(final Place place, final String socatAddress) {
        return place.run("socat", "-t10", "-u", socatAddress, "-").strip();
    }

    Place host() {
        return lab.host();
    }

    Place internet() {
        return lab.internet();
    }

    Program engine() {
        return engine;
    }

    /// What the engine said first.
    String greeting() {
        return greeting;
    }

    Container attach(final String id, final String... ports) {
        return new Container(this, id, ask("attach " + id + " " + String.join(" ", ports)));
    }

    void detach(final Container container) {
        final String answer = ask("detach " + container.id());
        assertTrue(answer.startsWith("detached"), answer);
    }

    /// Sends a command.
    ///
    /// @return the line that is answered
    String ask(final String command) {
        try {
            engine.stdin().write((command.strip() + "\n").getBytes(StandardCharsets.UTF_8));
            engine.stdin().flush();
        } catch (final IOException e) {
            throw new UncheckedIOException("the engine is gone: " + engine, e);
        }
        return answer();
    }

    /// The engine's descriptors that are network namespaces.
    List<String> namespaces() {
        return host().shell("for fd in /proc/" + engine.pid()
                        + "/fd/*; do case $(readlink $fd) in net:*) echo ${fd##*/};;" + " esac; done")
                .lines()
                .toList();
    }

    /// Runs a program to its end where the bridge is.
    String atBridge(final String... command) {
        for (final String fd : namespaces()) {
            final String enter = "nsenter --net=" + path(fd) + " -- ";
            if (!host().shell(enter + "ip -o link show tap0 2>/dev/null || true")
                    .isEmpty()) {
                return host().shell(enter + String.join(" ", command));
            }
        }
        throw new AssertionError("no namespace with a TAP");
    }

    String path(final String fd) {
        return "/proc/" + engine.pid() + "/fd/" + fd;
    }

    @Override
    public void close() {
        lab.close();
    }

    private String answer() {
        final int wanted = ++lines;
        Await.until(() -> "line " + wanted + " of the engine: " + engine, () -> {
            if (!engine.isAlive()) {
                throw new AssertionError("the engine has ended: " + engine);
            }
            return engine.stdout().lines().count() >= wanted && engine.stdout().endsWith("\n");
        });
        return engine.stdout().lines().toList().get(wanted - 1);
    }
}
