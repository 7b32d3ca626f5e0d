package dev.tailrace.tapio.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tailrace.tapio.lab.Await;
import dev.tailrace.tapio.lab.Lab;
import dev.tailrace.tapio.lab.Place;
import dev.tailrace.tapio.lab.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What observers of `slirp4netns` see of its sandbox and its seccomp filter. A subclass says which program is tested.
abstract class SandboxContract {
    private static final String PING = "ping -c1 -W10 10.0.2.2";
    private static final String BIND_SERVICE = "0000000000000400";
    private static final String NOTHING = "0000000000000000";
    private static final String LIST = "{\"execute\":\"list_hostfwd\"}";

    private Lab lab;

    /// The command line of the program, without options.
    abstract List<String> slirp();

    /// Whether it is the installed program, whose behaviour is what is expected.
    abstract boolean isReference();

    @BeforeAll
    static void needNamespaces() {
        final String obstacle = Lab.obstacle();
        assumeTrue(obstacle == null, obstacle);
    }

    @AfterEach
    void closeLab() {
        if (lab != null) {
            lab.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"root in its namespace, as in podman's", "an ordinary user, as RootlessKit"})
    void shouldLeaveItselfNothingThatItDoesNotNeed(final String who) {
        lab = who.startsWith("root") ? new Lab() : Lab.ofOrdinaryUser();
        final Place guest = lab.newGuest();
        final SlirpRun run = SlirpRun.startReady(lab, slirp(), guest, "-c", "--enable-sandbox", "--enable-seccomp");
        assertWalls(run.program());
        guest.run(PING.split(" "));
        assertEquals("{\"return\":{\"id\":1}}", run.request(add(18_080)));
        assertTrue(lab.host().run("ss", "-Hltn").contains(":18080"));
        run.program().signal("TERM");
        assertEquals(128 + 15, run.program().awaitExit());
        assertEquals(isReference(), Files.exists(run.apiSocket()));
    }

    @Test
    void shouldServeANamespaceGivenByPathInAMountNamespaceOfItsOwn() {
        lab = new Lab();
        final Place guest = lab.newGuest();
        final List<String> slirp = new ArrayList<>(List.of("unshare", "--mount", "--propagation", "unchanged", "--"));
        slirp.addAll(slirp());
        final SlirpRun run = SlirpRun.start(
                lab,
                slirp,
                List.of(
                        "--disable-host-loopback",
                        "--mtu=65520",
                        "--enable-sandbox",
                        "--enable-seccomp",
                        "-c",
                        "--netns-type=path",
                        "--userns-path=" + guest.usernsPath(),
                        guest.netnsPath(),
                        "tap0"));
        assertEquals("1", run.awaitReady());
        assertWalls(run.program());
        guest.run(PING.split(" "));
        close(run);
        assertEquals(0, run.program().awaitExit());
        assertEquals(isReference(), Files.exists(run.apiSocket()));
    }

    @Test
    void shouldNotFilterWhenOnlyTheSandboxIsAskedFor() {
        lab = new Lab();
        final SlirpRun run = SlirpRun.startReady(lab, slirp(), lab.newGuest(), "--enable-sandbox");
        for (final String status : statuses(run.program())) {
            assertTrue(status.contains("\nSeccomp:\t0\n"), status);
        }
        assertFalse(files(run.program(), "").contains("home"));
    }

    @Test
    void shouldKeepItsRootWhenOnlyTheFilterIsAskedFor() {
        lab = new Lab();
        final SlirpRun run = SlirpRun.startReady(lab, slirp(), lab.newGuest(), "--enable-seccomp");
        for (final String status : statuses(run.program())) {
            assertTrue(status.contains("\nSeccomp:\t2\n"), status);
        }
        assertTrue(files(run.program(), "").contains("proc"));
        assertTrue(run.request(LIST).contains("entries"));
    }

    @Test
    void shouldLeaveTheMountsOfTheHostAlone() {
        lab = new Lab();
        lab.host().shell("mount --make-rshared /; mount -t tmpfs none /mnt; touch /mnt/file");
        // The reference has what is mounted below a shared mount unmounted.
        if (!isReference()) {
            lab.host().shell("mkdir /mnt/below; mount -t tmpfs none /mnt/below");
        }
        final String before = lab.host().shell("cut -d' ' -f4- /proc/self/mountinfo");
        final SlirpRun run = SlirpRun.startReady(lab, slirp(), lab.newGuest(), "--enable-sandbox");
        assertEquals(before, lab.host().shell("cut -d' ' -f4- /proc/self/mountinfo"));
        lab.host().run("cat", "/mnt/file");
        close(run);
        run.program().awaitExit();
        assertEquals(before, lab.host().shell("cut -d' ' -f4- /proc/self/mountinfo"));
    }

    @Test
    void shouldSeeResolversBehindALinkOutOfEtc() {
        assumeFalse(isReference(), "slirp4netns 1.2 puts the file elsewhere");
        lab = new Lab();
        lab.host()
                .shell("cd " + lab.directory() + "; mkdir etc; cp /etc/passwd /etc/group /etc/ld.so.cache etc;"
                        + " ln -s /mnt/names/resolv.conf etc/resolv.conf; mount -t tmpfs none /mnt; mkdir /mnt/names;"
                        + " echo nameserver 203.0.113.53 >/mnt/names/resolv.conf; echo secret >/mnt/names/other;"
                        + " mount --bind etc /etc");
        final SlirpRun run = SlirpRun.startReady(lab, slirp(), lab.newGuest(), "--enable-sandbox");
        assertEquals(List.of("resolv.conf"), files(run.program(), "mnt/names"));
        final String inside = "/proc/" + run.program().pid() + "/root";
        assertEquals("nameserver 203.0.113.53\n", lab.host().run("cat", inside + "/mnt/names/resolv.conf"));
        assertEquals("/mnt/names/resolv.conf\n", lab.host().run("readlink", inside + "/etc/resolv.conf"));
        assertNotEquals(
                0, lab.host().start("touch", inside + "/mnt/names/resolv.conf").awaitExit());
    }

    @Test
    void shouldDieWithItsClientWhenThatAskedForIt() {
        lab = Lab.ofOrdinaryUser();
        final List<String> client = new ArrayList<>(List.of(
                "sh", "-c", "setpriv --pdeathsig KILL -- \"$@\" & echo pid $! >&2; exec 3>&- 4<&-; wait", "sh"));
        client.addAll(slirp());
        final SlirpRun run = SlirpRun.startReady(lab, client, lab.newGuest(), "--enable-sandbox");
        final String pid = run.program()
                .stderr()
                .lines()
                .filter(line -> line.startsWith("pid "))
                .findFirst()
                .orElseThrow()
                .substring(4);
        final Path process = Path.of("/proc", pid);
        assertTrue(Files.exists(process));
        run.program().signal("KILL");
        Await.until(() -> "the end of process " + pid, () -> !Files.exists(process));
    }

    @Test
    void shouldSayThatTheProcessDoesNotExist() {
        lab = Lab.ofOrdinaryUser();
        final List<String> command = new ArrayList<>(slirp());
        command.addAll(List.of("-c", "--enable-sandbox", "2147483647", "tap0"));
        final Program program = lab.host().start(command);
        assertEquals(1, program.awaitExit());
        assertEquals("/proc/2147483647/ns/net: No such file or directory\nchild failed(1)\n", program.stderr());
    }

    @Test
    void shouldServeItsOwnUserOnly() {
        lab = Lab.ofManyUsers();
        lab.host().shell("mount -t tmpfs -o mode=0777 none /mnt");
        final SlirpRun run = SlirpRun.startReady(lab, slirp(), lab.newGuest(), "-a", "/mnt/api");
        lab.host().run("chmod", "0666", "/mnt/api");
        final String list = "echo '" + LIST + "' | nc.openbsd -N -U /mnt/api";
        assertTrue(lab.host().shell(list).contains("\"entries\":[]"));
        final String reply =
                lab.host().run("setpriv", "--reuid", "1", "--regid", "1", "--clear-groups", "sh", "-c", list);
        if (isReference()) {
            assertTrue(reply.contains("\"entries\":[]"), reply);
        } else {
            assertEquals("{\"error\":{\"desc\":\"permission denied: this socket is for its owner and root\"}}", reply);
            run.program().awaitStderr(" of user 1: only our own user and root may use /mnt/api (1 refused so far)\n");
        }
    }

    private void assertWalls(final Program program) {
        assertEquals(List.of("etc", "run"), files(program, ""));
        assertTrue(files(program, "etc").contains("passwd"));
        for (final String directory : List.of("", "etc", "run")) {
            final String file = "/proc/" + program.pid() + "/root/" + directory + "/new";
            assertNotEquals(0, lab.host().start("touch", file).awaitExit(), file);
        }
        for (final String status : statuses(program)) {
            // The reference leaves one for programs that it could not start.
            assertTrue(status.contains("\nCapInh:\t" + (isReference() ? BIND_SERVICE : NOTHING) + "\n"), status);
            assertTrue(status.contains("\nCapPrm:\t" + BIND_SERVICE + "\n"), status);
            assertTrue(status.contains("\nCapEff:\t" + BIND_SERVICE + "\n"), status);
            assertTrue(status.contains("\nCapBnd:\t" + BIND_SERVICE + "\n"), status);
            assertTrue(status.contains("\nCapAmb:\t" + NOTHING + "\n"), status);
            assertTrue(status.contains("\nNoNewPrivs:\t1\n"), status);
            assertTrue(status.contains("\nSeccomp:\t2\n"), status);
        }
    }

    /// What is in a directory of the program's root, sorted.
    private List<String> files(final Program program, final String directory) {
        return lab.host()
                .run("ls", "-A", "/proc/" + program.pid() + "/root/" + directory)
                .lines()
                .sorted()
                .toList();
    }

    /// What the kernel says of each thread.
    private static List<String> statuses(final Program program) {
        try (Stream<Path> tasks = Files.list(Path.of("/proc/" + program.pid() + "/task"))) {
            final List<String> statuses = new ArrayList<>();
            for (final Path task : tasks.toList()) {
                statuses.add(Files.readString(task.resolve("status")));
            }
            assertFalse(statuses.isEmpty());
            return statuses;
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void close(final SlirpRun run) {
        try {
            run.exitPipe().close();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String add(final int port) {
        return "{\"execute\":\"add_hostfwd\",\"arguments\":{\"proto\":\"tcp\",\"host_port\":" + port
                + ",\"guest_port\":80}}";
    }
}
