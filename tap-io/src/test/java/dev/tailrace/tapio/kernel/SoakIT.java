package dev.tailrace.tapio.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tailrace.tapio.lab.Await;
import dev.tailrace.tapio.lab.Lab;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/// Traffic of every kind for long, round after round, each byte checked: after each round nothing of it
/// is left, and the last quarter takes no more than the second. One round, or as long as
/// `-Dsoak.seconds=3600` says.
class SoakIT extends KernelSuite {
    private static final int SECONDS = Integer.getInteger("soak.seconds", 0);
    private static final int LEAST_ROUNDS = 1;
    private static final long SEED = Long.getLong("soak.seed", 1);
    private static final int PORT = 7080;
    private static final int PUBLISHED_PORT = 8088;
    private static final int GUEST_PORT = 80;
    private static final int CONNECTIONS = 20;
    private static final long BYTES_EACH = 100_000;
    private static final long BULK_BYTES = 20_000_000;

    /// Each has a socket of its own, which is kept for some minutes after it.
    private static final int MAPPINGS = 50;

    /// How long a round's datagrams take: that is what a round takes.
    private static final int ROUND_SECONDS = 3;

    /// A probe that misses an answer waits for a minute.
    private static final Duration UDP_PATIENCE = Duration.ofSeconds(90);

    private static final long GROWTH_KIB = 4 * 1024;
    private static final int PRINT_EVERY = 20;
    private static final long SECOND_NS = 1_000_000_000L;
    private static final Duration MAPPING_IDLE = Duration.ofSeconds(250);

    private final List<Sample> samples = new ArrayList<>();
    private Network network;
    private Peer guest;
    private Peer server;
    private long datagramsSent;
    private long datagramsLost;

    /// What the program holds between two rounds.
    private record Sample(long residentKib, int descriptors) {}

    @Test
    void shouldHoldNothingBack() throws InterruptedException {
        assumeTrue(subject == Subject.OURS, "promised of our program alone");
        network = newNetwork("-c", "-6");
        network.address6();
        guest = network.peer();
        server = peerIn(internet());
        server.does("load-serve", FAR, PORT);
        network.request("""
                {"execute":"add_hostfwd","arguments":{"proto":"tcp","host_addr":"0.0.0.0","host_port":8088,\
                "guest_addr":"10.0.2.100","guest_port":80}}""");
        final int before = network.descriptors();
        final long endNs = System.nanoTime() + SECONDS * SECOND_NS;
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            while (samples.size() < LEAST_ROUNDS || System.nanoTime() - endNs < 0) {
                round(threads, samples.size());
                rest();
            }
        }
        tell(samples.size() - 1);
        // A queue on the way may be full now and then.
        assertTrue(10 * datagramsLost < datagramsSent, datagramsLost + " of " + datagramsSent + " datagrams lost");
        assertNoGrowth();
        if (SECONDS > 0) {
            Await.until(
                    () -> "end of all mappings: " + network.descriptors() + " descriptors, " + before + " before",
                    MAPPING_IDLE.plus(Await.PATIENCE),
                    () -> network.descriptors() <= before);
        }
    }

    private void round(final ExecutorService threads, final int round) throws InterruptedException {
        final SplittableRandom random = new SplittableRandom(SEED + round);
        final List<Runnable> kinds = new ArrayList<>(List.of(
                () -> carryMany(guest, FAR, PORT + 1, server, "out", FAR, PORT + 1),
                () -> carryMany(guest, Lab.FAR_ADDRESS6, PORT + 2, server, "out6", Lab.FAR_ADDRESS6, PORT + 2),
                () -> carryMany(server, Lab.HOST_ADDRESS, PUBLISHED_PORT, guest, "in", "0.0.0.0", GUEST_PORT),
                () -> carryMuch("up" + round, true),
                () -> carryMuch("down" + round, false),
                this::exchangeDatagrams));
        for (final FaultyTalk.Kind kind : FaultyTalk.Kind.values()) {
            kinds.add(new FaultyTalk(guest, server, kind, SEED + round, random.split()));
        }
        final List<Future<?>> all = new ArrayList<>();
        for (final Runnable kind : kinds) {
            all.add(threads.submit(kind));
        }
        for (final Future<?> one : all) {
            try {
                one.get();
            } catch (final ExecutionException e) {
                throw new AssertionError("round " + round + " of seed " + SEED + ": " + e.getCause(), e);
            }
        }
    }

    /// Connections to an address at once, which carry bytes both ways and arrive at a socket of the other's.
    private static void carryMany(
            final Peer client,
            final String address,
            final int port,
            final Peer listener,
            final String name,
            final String bound,
            final int boundPort) {
        listener.does("listen", name, bound, boundPort);
        final Peer.Doing serving = listener.begins("serve-many", name, CONNECTIONS, BYTES_EACH);
        final String sum = Long.toString(CONNECTIONS * BYTES_EACH);
        assertEquals(sum, client.does("connect-many", address, port, CONNECTIONS, BYTES_EACH));
        assertEquals(sum, serving.succeeds());
        listener.does("close-listener", name);
    }

    private void carryMuch(final String name, final boolean isUp) {
        final int port = PORT + (isUp ? 3 : 4);
        server.does("listen", name, FAR, port);
        final Peer.Doing accepting = server.begins("accept", name, name);
        guest.does("connect", name, FAR, port);
        accepting.succeeds();
        server.does("close-listener", name);
        final Peer from = isUp ? guest : server;
        final Peer to = isUp ? server : guest;
        final Peer.Doing receiving = to.begins("drain", name, port);
        assertEquals(
                "" + BULK_BYTES, from.begins("send", name, port, BULK_BYTES).succeeds(Duration.ofMinutes(1)));
        from.does("finish", name);
        assertEquals("" + BULK_BYTES, receiving.succeeds(Duration.ofMinutes(1)));
        to.does("close", name);
        from.does("close", name);
    }

    private void exchangeDatagrams() {
        final String[] result = guest.begins("load-udp", FAR, PORT, MAPPINGS, ROUND_SECONDS)
                .succeeds(UDP_PATIENCE)
                .split(" ");
        final long sent = Long.parseLong(result[1]);
        final long answered = Long.parseLong(result[2]);
        datagramsSent += sent;
        datagramsLost += sent - answered;
        assertTrue(answered > 0, String.join(" ", result));
    }

    /// Waits until nothing of the round is left but mappings, and takes a sample.
    private void rest() {
        Await.until(() -> "end of all connections: " + network.stats(), () -> network.flows("tcp") == 0);
        assertEquals(0, network.stats().getObject("payload_memory").getInt("used"));
        samples.add(new Sample(network.memoryKib("VmRSS"), descriptorsBesideMappings()));
        if (samples.size() % PRINT_EVERY == 0) {
            tell(samples.size() - 1);
        }
    }

    /// Of one moment: mappings that end between two questions would count as descriptors.
    private int descriptorsBesideMappings() {
        while (true) {
            final int mappings = network.flows("udp");
            final int descriptors = network.descriptors();
            if (network.flows("udp") == mappings) {
                return descriptors - mappings;
            }
        }
    }

    private void tell(final int round) {
        final Sample sample = samples.get(round);
        System.out.println(subject + " soak, round " + (round + 1) + ": " + sample.residentKib() / 1024 + " MiB, "
                + sample.descriptors() + " descriptors beside " + network.flows("udp") + " mappings, "
                + network.counter("tcp_bytes_to_host") + " bytes to the host, "
                + network.counter("tcp_bytes_to_guest") + " to the guest; " + datagramsLost + " of " + datagramsSent
                + " datagrams lost");
    }

    private void assertNoGrowth() {
        final int quarter = samples.size() / 4;
        if (quarter == 0) {
            return;
        }
        final List<Sample> early = samples.subList(quarter, 2 * quarter);
        final List<Sample> late = samples.subList(samples.size() - quarter, samples.size());
        final long earlyKib = most(early);
        final long lateKib = most(late);
        System.out.println(subject + " soak of " + samples.size() + " rounds: at most " + earlyKib
                + " KiB in the second quarter, " + lateKib + " in the last");
        assertTrue(lateKib <= earlyKib + GROWTH_KIB, earlyKib + " KiB became " + lateKib);
        assertTrue(
                mostDescriptors(late) <= mostDescriptors(early),
                mostDescriptors(early) + " descriptors became " + mostDescriptors(late));
    }

    private static long most(final List<Sample> some) {
        return some.stream().mapToLong(Sample::residentKib).max().orElseThrow();
    }

    private static int mostDescriptors(final List<Sample> some) {
        return some.stream().mapToInt(Sample::descriptors).max().orElseThrow();
    }
}
