package dev.tailrace.tapio.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tailrace.tapio.lab.Await;
import dev.tailrace.tapio.lab.FrameRelay;
import dev.tailrace.tapio.lab.FrameRule;
import dev.tailrace.tapio.lab.Lab;
import dev.tailrace.tapio.lab.OurProgram;
import dev.tailrace.tapio.lab.Place;
import dev.tailrace.tapio.lab.Program;
import dev.tailrace.tapio.linux.LinuxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What virtual machines rely on that `slirp4netns --target-type=bess` connects. A subclass says which program is
/// tested; the machine is a guest's kernel behind a [FrameRelay].
abstract class BessContract {
    private static final int LARGE_MTU = 65_520;

    private Lab lab;
    private Path socket;

    /// The command line of the program, without options.
    abstract List<String> slirp();

    /// Where the program differs.
    abstract Set<Trait> traits();

    @BeforeAll
    static void needNamespaces() {
        final String obstacle = Lab.obstacle();
        assumeTrue(obstacle == null, obstacle);
    }

    @BeforeEach
    void makeLab() {
        lab = new Lab();
        socket = lab.directory().resolve("bess");
    }

    @AfterEach
    void closeLab() {
        lab.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1500, LARGE_MTU})
    void shouldCarryAFileBothWays(final int mtu) {
        final SlirpRun run = start("--mtu=" + mtu);
        final Place guest = lab.newGuest();
        try (FrameRelay _ = FrameRelay.configured(guest, socket, mtu, FrameRule.PASS)) {
            assertEquals("1", run.awaitReady());
            final String waiting = "Waiting for connection to " + socket + "\n";
            final String sent = "sent \"tapfd\"=\\d+ \\(not really TAP\\) for " + Pattern.quote(socket.toString());
            assertTrue(
                    run.program().stderr().matches(waiting + sent + "\nreceived tapfd=\\d+\n"),
                    run.program().toString());
            assertEquals(
                    has(Trait.WARNS_OF_BESS),
                    run.program().stdout().contains("WARNING: BESS mode is experimental\n"),
                    run.program().toString());
            guest.run("ping", "-c1", "-W10", "10.0.2.2");
            lab.host().shell(inDirectory("head -c 20000000 /dev/urandom >sent"));
            copy(guest, "nc.openbsd -N 10.0.2.2 7001 <sent", "nc.openbsd -lN 127.0.0.1 7001 >up");
            copy(guest, "nc.openbsd -d 10.0.2.2 7001 >down", "nc.openbsd -lN 127.0.0.1 7001 <sent");
            lab.host().shell(inDirectory("cmp sent up; cmp sent down"));
        }
    }

    @Test
    void shouldNotTrustFrames() {
        final SlirpRun run = start("--mtu=" + LARGE_MTU);
        final byte[][] junk = {new byte[1], new byte[13], new byte[14], new byte[65_590]};
        final FrameRule rule = (frame, toGuest, nowNs, out) -> {
            if (!toGuest) {
                for (final byte[] one : junk) {
                    out.send(one, nowNs);
                }
                out.send(Arrays.copyOf(frame, 70_000), nowNs);
            }
            out.send(frame, nowNs);
        };
        final Place guest = lab.newGuest();
        try (FrameRelay relay = FrameRelay.configured(guest, socket, LARGE_MTU, rule)) {
            guest.run("ping", "-c1", "-W10", "10.0.2.2");
            relay.rule(FrameRule.PASS);
            guest.run("ping", "-c1", "-W10", "10.0.2.2");
            assertTrue(run.program().isAlive(), run.program().toString());
            if (!has(Trait.DIES_OF_USR1)) {
                run.program().signal("USR1");
                run.program().awaitStderr("DROP_ETHERNET_SHORT");
                run.program().awaitStderr("DROP_ETHERNET_LONG");
            }
        }
    }

    @Test
    void shouldServeFromItsSandbox() throws IOException {
        // From class files it makes other system calls than the product.
        assumeTrue(has(Trait.LEAVES_BESS_SOCKET) || OurProgram.isBuilt());
        final SlirpRun run = start("--enable-sandbox", "--enable-seccomp");
        final Place guest = lab.newGuest();
        try (FrameRelay _ = FrameRelay.configured(guest, socket, 1500, FrameRule.PASS)) {
            assertEquals("1", run.awaitReady(), () -> run.program().toString());
            guest.run("ping", "-c1", "-W10", "10.0.2.2");
            run.exitPipe().close();
            assertEquals(0, run.program().awaitExit(), run.program().toString());
        }
        assertEquals(has(Trait.LEAVES_BESS_SOCKET), Files.exists(socket));
    }

    @Test
    void shouldNotServeASecondPeer() {
        final SlirpRun run = start();
        final Place guest = lab.newGuest();
        try (FrameRelay _ = FrameRelay.configured(guest, socket, 1500, FrameRule.PASS)) {
            assertEquals("1", run.awaitReady());
            final Place other = lab.newGuest();
            // The reference lets it wait in the queue of its socket, unserved.
            if (!has(Trait.LEAVES_BESS_SOCKET)) {
                assertThrows(LinuxException.class, () -> new FrameRelay(other, "tap0", socket, FrameRule.PASS).close());
            }
            guest.run("ping", "-c1", "-W10", "10.0.2.2");
        }
    }

    @Test
    void shouldEndWhenThePeerHangsUp() {
        final SlirpRun run = start();
        final Place guest = lab.newGuest();
        FrameRelay.configured(guest, socket, 1500, FrameRule.PASS).close();
        assertEquals("1", run.awaitReady());
        if (has(Trait.SPINS_WITHOUT_PEER)) {
            assertTrue(run.program().isAlive());
            return;
        }
        assertEquals(0, run.program().awaitExit());
        assertTrue(
                run.program().stderr().endsWith("the peer has closed the socket\ndo_slirp is exiting\n"),
                run.program().toString());
        assertFalse(Files.exists(socket));
        assertFalse(Files.exists(run.apiSocket()));
    }

    @ParameterizedTest
    @CsvSource({"false,TERM,143", "false,HUP,129", "true,TERM,143", "false,EXIT,0", "true,EXIT,0"})
    void shouldEndWhileItServesAndWaits(final boolean isServing, final String by, final int code) throws IOException {
        assumeTrue(isServing || !has(Trait.WAITS_IN_A_CHILD));
        final SlirpRun run = start();
        final FrameRelay relay = isServing ? FrameRelay.configured(lab.newGuest(), socket, 1500, FrameRule.PASS) : null;
        if (relay != null) {
            assertEquals("1", run.awaitReady());
        }
        if (by.equals("EXIT")) {
            run.exitPipe().close();
        } else {
            run.program().signal(by);
        }
        assertEquals(code, run.program().awaitExit(), run.program().toString());
        assertEquals(has(Trait.LEAVES_BESS_SOCKET), Files.exists(socket));
        if (relay != null) {
            relay.awaitEnd();
            relay.close();
        }
    }

    @Test
    void shouldReplaceASocketLeftBehind() throws IOException {
        Files.createFile(socket);
        start();
        final String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(socket));
        assertEquals(has(Trait.BESS_SOCKET_FOR_ALL), !mode.equals("rw-------"), mode);
    }

    @Test
    void shouldSayThatItCannotListen() {
        final Program program = lab.host().start(with("--target-type=bess", "/nope/bess"));
        assertEquals(1, program.awaitExit());
        assertTrue(program.stderr().contains("No such file or directory"), program.toString());
        assertTrue(program.stderr().endsWith("child failed(1)\n"), program.toString());
    }

    /// Lets a server on the host, which is there first, and a client in the guest run to their ends.
    private void copy(final Place guest, final String client, final String server) {
        final Program serving = lab.host().start("sh", "-euc", inDirectory("exec " + server));
        Await.until(
                () -> "listens: " + serving, () -> lab.host().run("ss", "-Hltn").contains(":7001"));
        guest.shell(inDirectory(client));
        assertEquals(0, serving.awaitExit(), serving.toString());
    }

    private String inDirectory(final String script) {
        return "cd " + lab.directory() + "; " + script;
    }

    private List<String> with(final String... args) {
        final List<String> command = new ArrayList<>(slirp());
        command.addAll(List.of(args));
        return command;
    }

    private boolean has(final Trait trait) {
        return traits().contains(trait);
    }

    /// Starts the program and waits until it waits for a connection.
    private SlirpRun start(final String... options) {
        final List<String> args = new ArrayList<>(List.of(options));
        args.addAll(List.of("--target-type=bess", socket.toString()));
        final SlirpRun run = SlirpRun.start(lab, slirp(), args);
        run.program().awaitStderr("Waiting for connection to " + socket + "\n");
        return run;
    }
}
