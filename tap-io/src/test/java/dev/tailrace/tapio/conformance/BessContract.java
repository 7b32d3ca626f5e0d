package dev.tailrace.tapio.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tailrace.tapio.lab.Await;
import dev.tailrace.tapio.lab.FrameRelay;
import dev.tailrace.tapio.lab.FrameRule;
import dev.tailrace.tapio.lab.Lab;
import dev.tailrace.tapio.lab.Place;
import dev.tailrace.tapio.lab.Program;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What virtual machines rely on that `slirp4netns --target-type=bess` connects. A subclass says which program is
/// tested; the machine is a guest's kernel behind a [FrameRelay].
abstract class BessContract {
    private static final int SIGNALLED = 128;
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
            guest.run("ping", "-c1", "-W10", "10.0.2.2");
            lab.host().shell(inDirectory("head -c 20000000 /dev/urandom >sent"));
            copy(guest, "nc.openbsd -N 10.0.2.2 7001 <sent", "nc.openbsd -lN 127.0.0.1 7001 >up");
            copy(guest, "nc.openbsd -d 10.0.2.2 7001 >down", "nc.openbsd -lN 127.0.0.1 7001 <sent");
            lab.host().shell(inDirectory("cmp sent up; cmp sent down"));
        }
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
