package dev.tailrace.runtime.clients;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tailrace.tapio.lab.Await;
import dev.tailrace.tapio.lab.Lab;
import dev.tailrace.tapio.lab.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What people do every day beside running containers, with the stock client: copy, prune, look at what is used, wait
/// for health.
final class EverydayIT {
    private static final Path NEWEST = Path.of("/usr/local/bin/docker");

    private static EngineHost host;
    private static Path client;

    @BeforeAll
    static void start() {
        final String obstacle = Lab.obstacle();
        assumeTrue(obstacle == null, obstacle);
        assumeFalse(EngineHost.clients().isEmpty(), "there is no docker client here");
        client = Files.isExecutable(NEWEST) ? NEWEST : EngineHost.clients().getFirst();
        host = new EngineHost();
        host.machine().run("sh", "-euc", """
                cd "$HOME"
                mkdir -p volume tree/sub
                echo from the host >tree/sub/file
                chmod 0640 tree/sub/file
                ln -s sub/file tree/link
                echo secret >outside
                tar -cPf evil.tar --transform 's,^,../../,' outside
                """);
    }

    @AfterAll
    static void stop() {
        if (host != null) {
            host.close();
        }
    }

    @Test
    void shouldCopyBothWaysWhetherItRunsOrNot() {
        final String home = host.machine().home().toString();
        docker(
                "create",
                "--name",
                "box",
                "-v",
                home + "/volume:/data",
                "-v",
                home + "/tree:/fixed:ro",
                "--tmpfs",
                "/memory",
                "busybox",
                "busybox",
                "sleep",
                "1000");
        // Before it has ever run, into a volume, too.
        docker("cp", home + "/tree", "box:/srv");
        docker("cp", home + "/outside", "box:/data/copied");
        assertEquals("secret\n", host.machine().run("cat", home + "/volume/copied"));
        assertEquals("./\n./link\n./sub/\n./sub/file\n", names("box:/srv/."));
        docker("start", "box");
        assertEquals("640 from the host\n", inside("busybox stat -c %a /srv/sub/file | tr '\\n' ' '; cat /srv/link"));
        inside("echo new >/memory/x; busybox ln -s /memory /way; busybox ln -s /../../../memory /up");
        docker("cp", "box:/way/x", home + "/out");
        assertEquals("new\n", host.machine().run("cat", home + "/out"));
        docker("cp", home + "/tree/sub/file", "box:/up/y");
        assertEquals("from the host\n", inside("cat /memory/y"));
        docker("cp", "-L", "box:/srv/link", home + "/followed");
        assertEquals("from the host\n", host.machine().run("cat", home + "/followed"));
        pipe("tar -C \"$HOME\" --owner=12 --group=34 -c tree | " + clientCommand() + " cp - box:/tmp");
        assertEquals("12:34\n", inside("busybox stat -c %u:%g /tmp/tree/sub/file"));
        docker("stop", "-t", "0", "box");
        docker("cp", "box:/tmp/tree/sub", home + "/back");
        assertEquals("from the host\n", host.machine().run("cat", home + "/back/file"));
    }

    @Test
    void shouldRefuseWhatWouldGoElsewhere() {
        docker(
                "run",
                "-d",
                "--name",
                "shut",
                "--read-only",
                "-v",
                host.machine().home() + "/tree:/fixed:ro",
                "busybox",
                "busybox",
                "sleep",
                "1000");
        docker("run", "-d", "--name", "open", "busybox", "busybox", "sleep", "1000");
        final String file = host.machine().home() + "/outside";
        assertRefused("container rootfs is marked read-only", "cp", file, "shut:/srv");
        assertRefused("mounted volume is marked read-only", "cp", file, "shut:/fixed/x");
        assertRefused("Could not find the file /nosuch in container open", "cp", "open:/nosuch", "-");
        final Program evil = host.machine().start("sh", "-c", clientCommand() + " cp - open:/tmp <\"$HOME/evil.tar\"");
        assertEquals(1, evil.awaitExit(), evil::toString);
        assertTrue(evil.stderr().contains("../../outside leads out of the root"), evil::toString);
        docker("exec", "open", "busybox", "ln", "-s", "/", "/root-link");
        docker("cp", file, "open:/root-link/tmp/landed");
        assertEquals("secret\n", docker("exec", "open", "cat", "/tmp/landed"));
        final List<String> changes = docker("diff", "open").lines().toList();
        assertTrue(changes.containsAll(List.of("A /root-link", "A /tmp/landed")), changes::toString);
    }

    /// The way of CVE-2019-5736. What it would do to a program that nobody protects, it does to one of its own.
    @Test
    void shouldNotLetTheEnginesProgramBeOverwritten() throws IOException {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "the evil loader is for x86-64");
        final String home = host.machine().home().toString();
        host.machine().run("sh", "-euc", """
                mkdir -p "$1/thief/usr/lib64"
                cd "$1/thief"
                cp /bin/true victim
                printf '#!/victim\\n' >control
                printf '#!/proc/self/exe\\n' >thief
                touch ".$2"
                chmod 0755 control thief ".$2"
                """, "sh", home, ThievingLoader.PATH);
        Files.write(host.machine().seen(home + "/thief" + ThievingLoader.PATH), ThievingLoader.bytes());
        docker("run", "-d", "--name", "prey", "busybox", "busybox", "sleep", "1000");
        docker("cp", home + "/thief/.", "prey:/");
        docker("create", "--name", "thief", "busybox", "/thief");
        docker("cp", home + "/thief/.", "thief:/");
        assertEquals("/victim\nwritten\n", docker("exec", "prey", "/control"));
        final Path engine = Path.of("target/image/java/bin/java").toAbsolutePath();
        final byte[] before = Files.readAllBytes(engine);
        for (final String[] attack : new String[][] {{"start", "-a", "thief"}, {"exec", "prey", "/thief"}}) {
            final Program program = host.start(client.toString(), attack);
            assertEquals(1, program.awaitExit(), program::toString);
            assertTrue(program.stdout().endsWith("/bin/java\n"), "it has got hold of another program: " + program);
            assertTrue(program.stderr().matches("(?s).*(Text file busy|Read-only file system)\\s*"), program::toString);
        }
        assertArrayEquals(before, Files.readAllBytes(engine));
    }

    @Test
    void shouldTellHowContainersAre() {
        host.machine().run("sh", "-euc", """
                mkdir -p "$HOME/well"
                printf 'FROM busybox\\nHEALTHCHECK --interval=200ms --retries=2 CMD cat /well\\n' >"$HOME/well/Dockerfile"
                DOCKER_BUILDKIT=0 "$@" build -q -t well "$HOME/well"
                """, "sh", "env", host(), client.toString());
        docker("run", "-d", "--name", "new", "--health-start-period", "60s", "well", "busybox", "sleep", "1000");
        assertTrue(docker("ps", "--filter", "name=new").contains("(health: starting)"));
        docker("run", "-d", "--name", "ill", "well", "busybox", "sleep", "1000");
        awaitHealth("ill", "unhealthy");
        docker("exec", "ill", "busybox", "touch", "/well");
        awaitHealth("ill", "healthy");
        assertTrue(docker("ps", "--filter", "health=healthy").contains("(healthy)"));
        final String log = docker(
                "inspect",
                "-f",
                "{{.State.Health.FailingStreak}}{{range .State.Health.Log}} {{.ExitCode}}{{end}}",
                "ill");
        assertTrue(log.matches("0( 1){1,4}( 0){1,4}\n|0( 0){5}\n"), log);
        // Told after it is so.
        Await.until(() -> "events: " + events("ill"), () -> events("ill").endsWith("health_status: healthy\n"));
        assertTrue(events("ill").contains("health_status: unhealthy\n"), events("ill"));
        docker(
                "run",
                "-d",
                "--name",
                "slow",
                "--health-cmd",
                "busybox sleep 100",
                "--health-interval",
                "100ms",
                "--health-timeout",
                "300ms",
                "--health-retries",
                "1",
                "busybox",
                "busybox",
                "sleep",
                "1000");
        awaitHealth("slow", "unhealthy");
        assertTrue(docker("inspect", "-f", "{{json .State.Health.Log}}", "slow")
                .contains("Health check exceeded timeout (300ms)"));
        docker("run", "-d", "--name", "none", "--no-healthcheck", "well", "busybox", "sleep", "1000");
        assertEquals("<nil>\n", docker("inspect", "-f", "{{.State.Health}}", "none"));
    }

    @Test
    void shouldTellWhatIsUsedAndGiveItBack() {
        docker("run", "-d", "--name", "busy", "--label", "stays=1", "busybox", "sh", "-c", "while :; do :; done");
        final String stats = docker(
                "stats",
                "--no-stream",
                "--format",
                "{{.Name}} {{.CPUPerc}} {{.MemUsage}} {{.NetIO}} {{.PIDs}}",
                "busy");
        assertTrue(stats.matches("busy [1-9][0-9.]+% [0-9.]+[KM]iB / [0-9.]+GiB [0-9.]+k?B / [0-9.]+k?B 1\n"), stats);
        final Program warned =
                host.start(client.toString(), "update", "--restart", "on-failure:3", "-m", "64m", "busy");
        assertEquals(0, warned.awaitExit(), warned::toString);
        assertTrue((warned.stdout() + warned.stderr()).contains("Limits on memory"), warned::toString);
        assertEquals(
                "on-failure 3\n",
                docker(
                        "inspect",
                        "-f",
                        "{{.HostConfig.RestartPolicy.Name}} {{.HostConfig.RestartPolicy.MaximumRetryCount}}",
                        "busy"));
        docker("run", "--name", "done", "busybox", "sh", "-c", "echo written >/file");
        docker("commit", "done", "temporary");
        assertTrue(docker("system", "df").contains("Local Volumes"));
        assertTrue(docker("image", "prune", "-af", "--filter", "until=1h").startsWith("Total reclaimed space: 0B"));
        final String pruned = docker("container", "prune", "-f", "--filter", "label!=stays");
        assertTrue(pruned.contains("Deleted Containers:\n") && !pruned.contains("reclaimed space: 0B"), pruned);
        final String images = docker("image", "prune", "-af");
        assertTrue(images.contains("untagged: temporary:latest\n") && images.contains("deleted: sha256:"), images);
        assertEquals("true\n", docker("inspect", "-f", "{{.State.Running}}", "busy"));
        docker("rm", "-f", "busy");
    }

    @Test
    void shouldHaveTheSizeOfTheTerminalBeforeItStarts() {
        final Program terminal = host.startAtTerminal(
                client.toString(), "stty rows 37 columns 101; docker run --rm -it busybox busybox stty size");
        assertEquals(0, terminal.awaitExit(), terminal::toString);
        assertTrue(terminal.stdout().contains("37 101"), terminal::toString);
    }

    /// What became of its health.
    private static String events(final String container) {
        return docker(
                "events",
                "--since",
                "60s",
                "--until",
                "0s",
                "--filter",
                "container=" + container,
                "--filter",
                "event=health_status",
                "--format",
                "{{.Action}}");
    }

    private static void awaitHealth(final String container, final String status) {
        Await.until(
                () -> container + " becomes " + status + ": "
                        + docker("inspect", "-f", "{{json .State.Health}}", container),
                () -> docker("inspect", "-f", "{{.State.Health.Status}}", container)
                        .equals(status + "\n"));
    }

    private static void assertRefused(final String message, final String... arguments) {
        final Program refused = host.start(client.toString(), arguments);
        assertEquals(1, refused.awaitExit(), refused::toString);
        assertTrue(refused.stderr().contains("Error response from daemon: " + message), refused::toString);
    }

    /// What an archive out of a container has in it.
    private static String names(final String source) {
        return pipe(clientCommand() + " cp " + source + " - | tar -t | LC_ALL=C sort");
    }

    private static String inside(final String script) {
        return docker("exec", "box", "sh", "-c", script);
    }

    private static String pipe(final String script) {
        return host.machine().run("sh", "-euc", script);
    }

    private static String clientCommand() {
        return "env " + host() + " " + client;
    }

    private static String host() {
        return "DOCKER_HOST=unix://" + host.machine().runtime() + "/tailrace.sock";
    }

    private static String docker(final String... arguments) {
        return host.docker(client, arguments);
    }
}
