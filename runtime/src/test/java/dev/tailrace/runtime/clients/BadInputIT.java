package dev.tailrace.runtime.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tailrace.tapio.lab.Await;
import dev.tailrace.tapio.lab.Lab;
import dev.tailrace.tapio.lab.Program;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What users get wrong, and machines: docker's exit codes, one line that says what to do, and all as it
/// was before. What the daemon refuses when it starts is in [DaemonIT].
final class BadInputIT {
    /// Room for the images of the walkthrough and little more.
    private static final String SMALL_DISK = """
            owner=$(stat -c 'uid=%u,gid=%g' "$1")
            install -d -o "$(stat -c %u "$1")" -g "$(stat -c %g "$1")" "$1/.local" "$1/.local/share" "$1/.local/share/tailrace"
            mount -t tmpfs -o "size=128m,mode=0700,$owner" tmpfs "$1/.local/share/tailrace"
            """;

    private static EngineHost host;

    private String images = "";

    @BeforeAll
    static void start() {
        final String obstacle = Lab.obstacle();
        assumeTrue(obstacle == null, obstacle);
        host = new EngineHost(SMALL_DISK);
        host.machine().run("sh", "-euc", "cd; \"$1\" save busybox >good.tar", "sh", EngineHost.tailrace());
    }

    @AfterAll
    static void stop() {
        if (host != null) {
            host.close();
        }
    }

    static List<Path> clients() {
        final List<Path> all = new ArrayList<>(EngineHost.clients());
        all.add(Path.of(EngineHost.tailrace()));
        return all;
    }

    @BeforeEach
    void look() {
        images = ours("images", "--no-trunc", "--format", "{{.Repository}}:{{.Tag}} {{.ID}}");
    }

    @AfterEach
    void expectAllAsBefore() {
        assertEquals(images, ours("images", "--no-trunc", "--format", "{{.Repository}}:{{.Tag}} {{.ID}}"));
        host.machine()
                .run(
                        "sh",
                        "-euc",
                        "for id in $(\"$1\" ps -aq); do \"$1\" rm -f $id; done",
                        "sh",
                        EngineHost.tailrace());
        assertEquals("still here\n", ours("run", "--rm", "busybox", "echo", "still here"));
    }

    private static String ours(final String... arguments) {
        final List<String> command = new ArrayList<>(List.of(EngineHost.tailrace()));
        command.addAll(List.of(arguments));
        return host.machine().run(command.toArray(String[]::new));
    }

    /// @param line what one line of the standard error has, and no other
    private static void refuses(final int status, final String line, final Program client) {
        assertEquals(status, client.awaitExit(), client::toString);
        assertEquals(
                1, client.stderr().lines().filter(each -> each.contains(line)).count(), client::toString);
    }

    private static Program run(final Path client, final String... arguments) {
        return host.start(client.toString(), arguments);
    }

    /// A shell's line in the home directory, in which `docker` is the client.
    private static Program shell(final Path client, final String line) {
        return host.start("sh", "-c", "cd; docker() { " + client + " \"$@\"; }; " + line);
    }

    @ParameterizedTest
    @MethodSource("clients")
    void shouldRefusePortsThatCannotBeHad(final Path client) {
        ours("run", "-d", "--name", "first", "-p", "8080:80", "busybox", "httpd", "-f", "-h", "/etc");
        refuses(
                125,
                "Bind for 0.0.0.0:8080 failed: port is already allocated",
                run(client, "run", "--rm", "-p", "8080:80", "busybox", "true"));
        Await.until(
                () -> "the first container",
                () -> host.machine()
                                .start("curl", "-sS", "http://127.0.0.1:8080/passwd")
                                .awaitExit()
                        == 0);
        final Program other = host.machine().start("socat", "TCP4-LISTEN:8081", "PIPE");
        Await.until(() -> "a listener", () -> host.machine().run("ss", "-Hltn").contains(":8081 "));
        refuses(
                125,
                "Bind for 0.0.0.0:8081 failed: port is already allocated",
                run(client, "run", "--rm", "-p", "8081:80", "busybox", "true"));
        other.close();
        refuses(
                125,
                "Bind for 0.0.0.0:80 failed: cannot expose privileged port 80: choose one from 1024 on, or have root run"
                        + " sysctl -w net.ipv4.ip_unprivileged_port_start=80",
                run(client, "run", "--rm", "-p", "80:80", "busybox", "true"));
    }

    @ParameterizedTest
    @MethodSource("clients")
    void shouldRefuseWhatIsNotThere(final Path client) {
        refuses(125, "Unable to find image 'no-such-image", run(client, "run", "no-such-image"));
        refuses(
                127,
                "exec: \"no-such-program\": executable file not found in $PATH",
                run(client, "run", "--rm", "busybox", "no-such-program"));
        refuses(126, "permission denied", run(client, "run", "--rm", "busybox", "/etc/passwd"));
    }

    @ParameterizedTest
    @MethodSource("clients")
    void shouldRefuseBadArchives(final Path client) {
        refuses(1, "rchive", shell(client, "head -c 600000 good.tar | docker load"));
        refuses(1, "rchive", shell(client, "head -c 4000 /dev/urandom | docker load"));
        // One byte of the largest file, which is the layer.
        final String spoil = """
                rm -rf spoilt
                mkdir spoilt
                tar -C spoilt -xf good.tar
                largest=$(find spoilt -type f -printf '%s %p\\n' | sort -n | tail -n 1 | cut -d' ' -f2-)
                printf X | dd of="$largest" bs=1 seek=300000 conv=notrunc status=none
                tar -C spoilt -cf spoilt.tar .
                "$1" rmi -f busybox >/dev/null
                """;
        host.machine().run("sh", "-euc", "cd; " + spoil, "sh", EngineHost.tailrace());
        refuses(1, "sha256:", shell(client, "docker load <spoilt.tar"));
        ours("load", "-i", host.machine().home().resolve("good.tar").toString());
    }

    @ParameterizedTest
    @MethodSource("clients")
    void shouldTellOfAFullDiskAndGoOn(final Path client) {
        final String large = "truncate -s 200M zeros; tar -cf large.tar zeros; rm zeros; docker import large.tar large";
        refuses(1, "o space left on device", shell(client, large));
    }
}
