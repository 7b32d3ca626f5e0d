package dev.tailrace.netstack.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.testkit.GuestHost;
import dev.tailrace.netstack.testkit.GuestOptions;
import dev.tailrace.netstack.testkit.GuestTcp;
import dev.tailrace.netstack.testkit.HostScript;
import dev.tailrace.netstack.testkit.Impairment;
import dev.tailrace.netstack.testkit.Seeds;
import dev.tailrace.netstack.testkit.Sim;
import dev.tailrace.netstack.testkit.SimHostStream;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ArgumentsSource;

/// Bulk data one way and both ways, over a clean link and a bad one.
class BulkTransferSimTest {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final int PORT = 5_001;

    @Test
    void shouldUploadOverACleanLinkWithoutRetransmission() {
        final Sim sim = Sim.of("bulk-up", 1).start();
        final GuestHost guest = sim.guest();
        sim.host().script(PORT, HostScript.sink());
        final GuestTcp tcp = guest.connect(
                Sim.SERVER, PORT, new GuestOptions().write(16 << 20).closeAfterWrite());
        finish(sim, tcp, 16 << 20, 0);
        assertEquals(0, tcp.timeouts());
        assertEquals(0, sim.count(Counter.DROP_TCP_OUT_OF_ORDER));
        assertEquals(0, sim.link().overflows());
    }

    @Test
    void shouldDownloadOverACleanLinkWithoutRetransmission() {
        final Sim sim = Sim.of("bulk-down", 1).start();
        final GuestHost guest = sim.guest();
        sim.host().script(PORT, HostScript.source(16 << 20));
        final GuestTcp tcp = guest.connect(Sim.SERVER, PORT, new GuestOptions().closeAfterPeer());
        finish(sim, tcp, 0, 16 << 20);
        assertEquals(0, sim.count(Counter.TCP_RETRANSMISSIONS));
        assertEquals(0, sim.count(Counter.TCP_TIMEOUTS));
    }

    @Test
    void shouldSendSuperSegmentsWhenTheWindowAllows() {
        final Sim sim = Sim.of("bulk-gso", 1).start();
        final GuestHost guest = sim.guest();
        sim.host().script(PORT, HostScript.source(8 << 20));
        final GuestTcp tcp = guest.connect(Sim.SERVER, PORT, new GuestOptions().closeAfterPeer());
        finish(sim, tcp, 0, 8 << 20);
        final long meanBytes = (8 << 20) / sim.count(Counter.TCP_SEGMENTS_OUT);
        assertTrue(meanBytes > 16 << 10, "mean payload of " + meanBytes + " bytes per frame");
    }

    @Test
    void shouldAcknowledgeSparinglyOverACleanLink() {
        final Sim sim = Sim.of("bulk-acks", 1).start();
        final GuestHost guest = sim.guest();
        final GuestTcp tcp = guest.connect(
                Sim.SERVER, PORT, new GuestOptions().write(8 << 20).closeAfterWrite());
        finish(sim, tcp, 8 << 20, 0);
        final long perFrame = sim.count(Counter.TCP_SEGMENTS_OUT) * 1_000 / sim.count(Counter.TCP_SEGMENTS_IN);
        assertTrue(perFrame <= 1_500, perFrame + " acknowledgements per 1,000 segments of 64 KiB");
    }

    @ParameterizedTest
    @ArgumentsSource(Seeds.class)
    void shouldDeliverBothWaysOverALossyReorderingLink(final long seed) {
        final Sim sim = Sim.of("bulk-bad-link", seed).ipv6(Seeds.isIpv6(seed)).start();
        final SplittableRandom random = new SplittableRandom(seed);
        final Impairment faults = Impairment.NONE
                .with(random.nextInt(40), random.nextInt(30), random.nextInt(60))
                .timed(random.nextLong(1_000, 2_000_000), random.nextLong(200_000), 0);
        sim.link().impair(faults, faults.with(random.nextInt(40), random.nextInt(30), random.nextInt(60)));
        final GuestHost guest = sim.guest();
        final long up = random.nextLong(1, 400_000);
        final long down = random.nextLong(1, 400_000);
        sim.host().script(PORT, HostScript.source(down).nuisances(300, 100, 50));
        final GuestTcp tcp =
                guest.connect(Sim.SERVER, PORT, options(random).write(up).closeAfterWrite());
        finish(sim, tcp, up, down);
    }

    @ParameterizedTest
    @ArgumentsSource(Seeds.class)
    void shouldDeliverEchoThroughNuisancesOfHostSockets(final long seed) {
        final Sim sim = Sim.of("bulk-echo", seed).ipv6(Seeds.isIpv6(seed)).start();
        final SplittableRandom random = new SplittableRandom(seed);
        final GuestHost guest = sim.guest();
        final long bytes = random.nextLong(1, 3_000_000);
        sim.host()
                .script(
                        PORT,
                        HostScript.echo()
                                .nuisances(random.nextInt(900), random.nextInt(400), random.nextInt(300))
                                .buffers(random.nextInt(2_000, 300_000), random.nextInt(2_000, 300_000)));
        final GuestTcp tcp = guest.connect(
                Sim.SERVER, PORT, options(random).write(bytes).closeAfterWrite().expectEcho());
        finish(sim, tcp, bytes, bytes);
    }

    @ParameterizedTest
    @ArgumentsSource(Seeds.class)
    void shouldRecoverFromRingOverflowWhileTheStackIsNotScheduled(final long seed) {
        final Sim sim = Sim.of("bulk-overflow", seed).ipv6(Seeds.isIpv6(seed)).start();
        final SplittableRandom random = new SplittableRandom(seed);
        sim.link().ringFrames(random.nextInt(2, 40));
        final GuestHost guest = sim.guest();
        final GuestTcp tcp = guest.connect(
                Sim.SERVER, PORT, options(random).withoutGso().write(1_500_000).closeAfterWrite());
        for (int stall = 1; stall < 20; stall++) {
            sim.world().after(stall * 700_000L, () -> sim.world().stall(random.nextLong(100_000, 600_000)));
        }
        finish(sim, tcp, 1_500_000, 0);
        assertTrue(sim.link().overflows() > 0, "the ring never overflowed: the test shows nothing");
    }

    @ParameterizedTest
    @ArgumentsSource(Seeds.class)
    void shouldLoseNothingWhenTheDeviceRefusesFrames(final long seed) {
        final Sim sim = Sim.of("bulk-refusals", seed).ipv6(Seeds.isIpv6(seed)).start();
        final SplittableRandom random = new SplittableRandom(seed);
        sim.link().refuse(random.nextInt(5, 150));
        final GuestHost guest = sim.guest();
        sim.host().script(PORT, HostScript.source(600_000));
        final GuestTcp tcp =
                guest.connect(Sim.SERVER, PORT, options(random).write(300_000).closeAfterWrite());
        finish(sim, tcp, 300_000, 600_000);
    }

    private static GuestOptions options(final SplittableRandom random) {
        final GuestOptions options = new GuestOptions()
                .initialSequence(random.nextInt())
                .mss(random.nextInt(536, 1_461))
                .receiveBuffer(random.nextInt(4_000, 600_000));
        if (random.nextBoolean()) {
            options.withoutGso();
        }
        if (random.nextBoolean()) {
            options.withoutDelayedAck();
        }
        if (random.nextInt(4) == 0) {
            options.withoutSack();
        }
        if (random.nextInt(4) == 0) {
            options.windowScale(dev.tailrace.netstack.testkit.Packet.ABSENT);
        }
        return options;
    }

    private static void finish(final Sim sim, final GuestTcp tcp, final long up, final long down) {
        sim.world().runUntil(() -> tcp.isFinished() || tcp.isDead(), 3_000 * SECOND_NS);
        sim.world().verify(() -> {
            assertFalse(tcp.isReset(), tcp + " was reset");
            assertEquals(up, tcp.acknowledged(), "acknowledged to the guest");
            assertEquals(down, tcp.received(), "received by the guest");
        });
        sim.finish(600 * SECOND_NS);
        final SimHostStream stream = sim.host().stream(PORT);
        sim.world().verify(() -> {
            assertEquals(up, stream.taken(), "taken by the host");
            assertTrue(stream.isOutputShut(), "the host never saw the guest's end");
            assertTrue(stream.isClosed(), "the stream was not closed in order");
        });
    }
}
