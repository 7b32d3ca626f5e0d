package dev.tailrace.tapio.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.tapio.lab.Lab;
import java.util.SplittableRandom;

/// One connection of a guest to a server over a bad link, from its beginning to an end of some kind.
final class FaultyTalk implements Runnable {
    private static final int FIRST_PORT = 7100;
    private static final long KILOBYTE = 1_000;
    private static final long MEGABYTE = 1_000_000;

    /// More than all buffers on the way hold.
    private static final long MORE_THAN_FITS = 200 * MEGABYTE;

    private final Peer guest;
    private final Peer server;
    private final Kind kind;
    private final String name;
    private final SplittableRandom random;

    /// What happens in the middle.
    enum Kind {
        /// The guest ends its direction, and the server goes on.
        GUEST_ENDS,
        /// The server ends its direction, and the guest goes on.
        SERVER_ENDS,
        GUEST_RESETS,
        SERVER_RESETS,
        /// The guest does not read while another transfer of the same connection goes on.
        GUEST_STALLS,
        SERVER_STALLS
    }

    FaultyTalk(final Peer guest, final Peer server, final Kind kind, final long seed, final SplittableRandom random) {
        this.guest = guest;
        this.server = server;
        this.kind = kind;
        this.name = kind + "-" + seed;
        this.random = random;
    }

    @Override
    public void run() {
        final int port = FIRST_PORT + kind.ordinal();
        server.does("listen", name, Lab.FAR_ADDRESS, port);
        final Peer.Doing accepting = server.begins("accept", name, name);
        guest.does("connect", name, Lab.FAR_ADDRESS, port);
        accepting.succeeds();
        server.does("close-listener", name);
        switch (kind) {
            case GUEST_ENDS -> end(guest, server);
            case SERVER_ENDS -> end(server, guest);
            case GUEST_RESETS -> reset(guest, server);
            case SERVER_RESETS -> reset(server, guest);
            case GUEST_STALLS -> stall(guest, server);
            case SERVER_STALLS -> stall(server, guest);
        }
        guest.does("close", name);
        server.does("close", name);
    }

    /// Both send; one ends early, the other goes on for long.
    private void end(final Peer first, final Peer other) {
        final long few = random.nextLong(100 * KILOBYTE);
        final long many = length();
        final Peer.Doing reading = other.begins("drain", name, 1);
        final Peer.Doing readingToo = first.begins("drain", name, 2);
        final Peer.Doing sending = other.begins("send", name, 2, many);
        first.does("send", name, 1, few);
        first.does("finish", name);
        assertEquals("" + few, reading.succeeds());
        sending.succeeds();
        other.does("finish", name);
        assertEquals("" + many, readingToo.succeeds());
    }

    /// What takes a second or less.
    private long length() {
        return random.nextLong(500, 1_000) * KILOBYTE;
    }

    /// One resets while the other sends.
    private void reset(final Peer first, final Peer other) {
        final Peer.Doing sending = other.begins("send", name, 3, MORE_THAN_FITS);
        first.does("receive", name, 3, random.nextLong(1, length()));
        first.does("reset", name);
        final String error = sending.fails();
        assertTrue(error.startsWith("Connection reset") || error.equals("Broken pipe"), error);
    }

    /// One does not read what the other sends, and sends itself meanwhile.
    private void stall(final Peer first, final Peer other) {
        final long length = length() + 100 * KILOBYTE;
        final Peer.Doing sending = other.begins("send", name, 4, length);
        final long before = random.nextLong(1, 100 * KILOBYTE);
        first.does("receive", name, 4, before);
        final long meanwhile = random.nextLong(1, length());
        final Peer.Doing sendingToo = first.begins("send", name, 5, meanwhile);
        assertEquals("" + meanwhile, other.does("receive", name, 5, meanwhile));
        sendingToo.succeeds();
        assertEquals("" + (length - before), first.does("receive", name, 4, length - before, before));
        sending.succeeds();
    }
}
