package dev.tailrace.tapio.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.tapio.lab.Program;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Each way in which one end stops is seen by the other end as just that.
class ConnectionEndIT extends KernelSuite {
    private static final int PORT = 7002;
    private static final int TOOL_PORT = 7003;
    private static final long MEGABYTE = 1_000_000;

    /// More than all buffers on the way hold.
    private static final long MORE_THAN_FITS = 200 * MEGABYTE;

    private Peer guest;
    private Peer server;

    @BeforeEach
    void connect() {
        guest = guestPeer();
        server = peerIn(internet());
        server.does("listen", "l", family().far(), PORT);
        final Peer.Doing accepting = server.begins("accept", "l", "s");
        guest.does("connect", "c", family().far(), PORT);
        accepting.succeeds();
    }

    @AfterEach
    void disconnect() {
        if (server == null) {
            // The test was left out before it began.
            return;
        }
        server.does("close", "s");
        server.does("close-listener", "l");
        guest.does("close", "c");
    }

    @Test
    void shouldAnswerAfterTheGuestHasFinished() {
        final Peer.Doing reading = server.begins("drain", "s", 1);
        guest.does("send", "c", 1, MEGABYTE);
        guest.does("finish", "c");
        assertEquals("" + MEGABYTE, reading.succeeds());
        final Peer.Doing sending = server.begins("send", "s", 2, 5 * MEGABYTE);
        assertEquals("" + 5 * MEGABYTE, guest.does("receive", "c", 2, 5 * MEGABYTE));
        sending.succeeds();
        server.does("finish", "s");
        assertEquals("0", guest.does("drain", "c", 0));
    }

    @Test
    void shouldTakeDataAfterTheServerHasFinished() {
        final Peer.Doing reading = guest.begins("drain", "c", 1);
        server.does("send", "s", 1, MEGABYTE);
        server.does("finish", "s");
        assertEquals("" + MEGABYTE, reading.succeeds());
        final Peer.Doing sending = guest.begins("send", "c", 2, 5 * MEGABYTE);
        assertEquals("" + 5 * MEGABYTE, server.does("receive", "s", 2, 5 * MEGABYTE));
        sending.succeeds();
        guest.does("finish", "c");
        assertEquals("0", server.does("drain", "s", 0));
    }

    @Test
    void shouldLetTheServerSpeakFirst() {
        server.does("send", "s", 3, 10);
        assertEquals("10", guest.does("receive", "c", 3, 10));
    }

    @Test
    void shouldPassAResetOfTheGuest() {
        final Peer.Doing reading = server.begins("drain", "s", 0);
        guest.does("reset", "c");
        assertEquals(subject.has(Quirk.RESET_BECOMES_END) ? "ok 0" : "failed Connection reset", reading.outcome());
    }

    @Test
    void shouldPassAResetOfTheServer() {
        final Peer.Doing reading = guest.begins("drain", "c", 0);
        server.does("reset", "s");
        assertEquals("Connection reset", reading.fails());
    }

    @Test
    void shouldPassAResetOfTheGuestInTheMiddle() {
        final Peer.Doing sending = server.begins("send", "s", 4, MORE_THAN_FITS);
        guest.does("receive", "c", 4, MEGABYTE);
        guest.does("reset", "c");
        assertReset(sending);
    }

    @Test
    void shouldPassAResetOfTheServerInTheMiddle() {
        final Peer.Doing sending = guest.begins("send", "c", 4, MORE_THAN_FITS);
        server.does("receive", "s", 4, MEGABYTE);
        server.does("reset", "s");
        assertReset(sending);
    }

    @Test
    void shouldWaitForASlowReader() {
        final Peer.Doing sending = guest.begins("send", "c", 5, MORE_THAN_FITS);
        server.does("receive", "s", 5, MEGABYTE);
        assertFalse(sending.isDone(), "nothing can hold all of it");
        server.does("receive", "s", 5, MORE_THAN_FITS - MEGABYTE, MEGABYTE);
        sending.succeeds();
    }

    @Test
    void shouldWaitForASlowGuest() {
        final Peer.Doing sending = server.begins("send", "s", 6, MORE_THAN_FITS);
        guest.does("receive", "c", 6, MEGABYTE);
        assertFalse(sending.isDone(), "nothing can hold all of it");
        guest.does("receive", "c", 6, MORE_THAN_FITS - MEGABYTE, MEGABYTE);
        sending.succeeds();
    }

    @Test
    void shouldLetNetcatFinishFirst() {
        // The server has nothing to say until its input has ended.
        final String listener = (family() == Family.IPV6 ? "TCP6-LISTEN:" : "TCP4-LISTEN:") + TOOL_PORT + ",bind="
                + (family() == Family.IPV6 ? "[" + family().far() + "]" : family().far());
        serve(internet(), TOOL_PORT, "socat", "-t30", listener, "EXEC:sha256sum");
        final String sent = "head -c 3000000 /dev/zero";
        assertEquals(
                bash(guest(), sent + " | sha256sum"),
                bash(guest(), sent + " | nc.openbsd -N " + family().far() + " " + TOOL_PORT));
    }

    @Test
    void shouldLetNetcatOfTheServerFinishFirst() {
        final int port = TOOL_PORT + 1;
        final Program nc = serve(
                internet(),
                port,
                "bash",
                "-c",
                "head -c 2000000 /dev/zero | nc.openbsd -N -l " + family().far() + " " + port + " | wc -c");
        final String received = bash(
                guest(),
                "exec 3<>/dev/tcp/" + family().far() + "/" + port
                        + "; wc -c <&3; head -c 3000000 /dev/zero >&3; exec 3>&-");
        assertEquals("2000000", received.strip());
        nc.awaitExit();
        assertEquals("3000000", nc.stdout().strip(), nc.toString());
    }

    /// A sender that is not in a call when the reset comes is told by the next one.
    private static void assertReset(final Peer.Doing sending) {
        final String error = sending.fails();
        assertTrue(error.startsWith("Connection reset") || error.equals("Broken pipe"), error);
    }
}
