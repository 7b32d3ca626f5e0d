package dev.tailrace.netstack.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.netstack.stack.PortForward;
import dev.tailrace.netstack.testkit.GuestHost;
import dev.tailrace.netstack.testkit.GuestOptions;
import dev.tailrace.netstack.testkit.GuestTcp;
import dev.tailrace.netstack.testkit.HostScript;
import dev.tailrace.netstack.testkit.Impairment;
import dev.tailrace.netstack.testkit.NearWrap;
import dev.tailrace.netstack.testkit.Packet;
import dev.tailrace.netstack.testkit.Seeds;
import dev.tailrace.netstack.testkit.Sim;
import dev.tailrace.netstack.testkit.SimHostStream;
import dev.tailrace.netstack.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ArgumentsSource;

/// Whole lives of connections: half-closed, stalled, reset, published; and that a seed repeats a run.
class LifeSimTest {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final int PORT = 7_000;
    private static final int CLIENT = 0xcb00_7109;

    private static Impairment faults(final SplittableRandom random) {
        return Impairment.NONE
                .with(random.nextInt(30), random.nextInt(20), random.nextInt(40))
                .timed(random.nextLong(1_000, 500_000), random.nextLong(50_000), 0);
    }

    @ParameterizedTest
    @ArgumentsSource(Seeds.class)
    void shouldDeliverTheAnswerAfterTheGuestHasEnded(final long seed) {
        final Sim sim =
                Sim.of("half-close-guest", seed).ipv6(Seeds.isIpv6(seed)).start();
        final SplittableRandom random = new SplittableRandom(seed);
        sim.link().impair(faults(random), faults(random));
        final long up = random.nextLong(1, 100_000);
        final long down = random.nextLong(1, 300_000);
        sim.host()
                .script(
                        PORT,
                        HostScript.sink()
                                .writing(down)
                                .writingSlowly(10_000, 20_000_000)
                                .endsAfterGuest());
        final GuestTcp tcp = sim.guest()
                .connect(Sim.SERVER, PORT, new GuestOptions().write(up).closeAfterWrite());
        sim.world().runUntil(() -> tcp.isFinished() || tcp.isDead(), 1_000 * SECOND_NS);
        sim.world().verify(() -> assertEquals(down, tcp.received()));
        sim.finish(300 * SECOND_NS);
        assertEquals(up, sim.host().stream(PORT).taken());
    }

    @ParameterizedTest
    @ArgumentsSource(Seeds.class)
    void shouldDeliverTheUploadAfterTheHostHasEnded(final long seed) {
        final Sim sim = Sim.of("half-close-host", seed).ipv6(Seeds.isIpv6(seed)).start();
        final SplittableRandom random = new SplittableRandom(seed);
        sim.link().impair(faults(random), faults(random));
        final long down = random.nextLong(0, 50_000);
        sim.host().script(PORT, HostScript.source(down));
        final GuestTcp tcp = sim.guest().connect(Sim.SERVER, PORT, new GuestOptions());
        sim.world().runUntil(() -> tcp.hasPeerEnded() || tcp.isDead(), 200 * SECOND_NS);
        final long up = random.nextLong(1, 300_000);
        tcp.write(up);
        tcp.close();
        sim.world().runUntil(() -> tcp.isFinished() || tcp.isDead(), 1_000 * SECOND_NS);
        sim.world().verify(() -> assertEquals(down, tcp.received()));
        sim.finish(300 * SECOND_NS);
        assertEquals(up, sim.host().stream(PORT).taken());
    }

    // case 6, 38: windows of both directions close and open many times
    @ParameterizedTest
    @ArgumentsSource(Seeds.class)
    void shouldPassThroughZeroWindowsOfBothDirections(final long seed) {
        final Sim sim = Sim.of("zero-window", seed).ipv6(Seeds.isIpv6(seed)).start();
        final SplittableRandom random = new SplittableRandom(seed);
        if (random.nextBoolean()) {
            sim.link().impair(faults(random), faults(random));
        }
        sim.host()
                .script(
                        PORT,
                        HostScript.source(400_000)
                                .slowReader(random.nextInt(1_000, 40_000), random.nextLong(1_000_000, 50_000_000))
                                .buffers(random.nextInt(3_000, 60_000), random.nextInt(3_000, 60_000))
                                .nuisances(200, 100, 50));
        final GuestOptions options = new GuestOptions()
                .initialSequence(random.nextInt())
                .receiveBuffer(random.nextInt(3_000, 40_000))
                .slowReader(random.nextInt(500, 20_000), random.nextLong(1_000_000, 50_000_000))
                .write(1_500_000)
                .closeAfterWrite();
        final GuestTcp tcp =
                sim.guest().connect(Sim.SERVER, PORT, random.nextBoolean() ? options.probeWithPayload() : options);
        sim.world().runUntil(() -> tcp.isFinished() || tcp.isDead(), 20_000 * SECOND_NS);
        sim.world().verify(() -> assertEquals(400_000, tcp.received()));
        sim.finish(3_000 * SECOND_NS);
        assertEquals(1_500_000, sim.host().stream(PORT).taken());
    }

    // case 6: a reader that stops for long is waited for, and goes on at once
    @ParameterizedTest
    @ArgumentsSource(Seeds.class)
    void shouldGoOnSoonWhenAGuestReadsAgainAfterALongPause(final long seed) {
        final Sim sim =
                Sim.of("zero-window-pause", seed).ipv6(Seeds.isIpv6(seed)).start();
        final SplittableRandom random = new SplittableRandom(seed);
        sim.host().script(PORT, HostScript.source(500_000));
        final GuestTcp tcp = sim.guest()
                .connect(
                        Sim.SERVER,
                        PORT,
                        new GuestOptions()
                                .receiveBuffer(random.nextInt(5_000, 60_000))
                                .notReading()
                                .closeAfterPeer());
        sim.world().runFor(random.nextLong(1, 300) * SECOND_NS);
        assertFalse(tcp.isDead(), "reset while the window was closed");
        tcp.reading(true);
        sim.world().runUntil(tcp::isFinished, SECOND_NS);
        assertEquals(500_000, tcp.received());
    }

    // case 70: many wraps of the sequence number are the same as none; both directions start just before it
    @ParameterizedTest
    @ArgumentsSource(Seeds.class)
    void shouldDeliverAcrossTheWrapOfSequenceNumbers(final long seed) {
        final int ours = -1 - new SplittableRandom(~seed).nextInt(400_000);
        final long startNs = NearWrap.startNs(ours, trialNs -> {
            final Sim trial = Sim.of("wrap", seed)
                    .ipv6(Seeds.isIpv6(seed))
                    .startNs(trialNs)
                    .start();
            final int[] found = initialSequence(trial);
            echo(trial, seed);
            trial.world().runUntil(() -> found[1] != 0, 100 * SECOND_NS);
            return found[0];
        });
        final Sim sim =
                Sim.of("wrap", seed).ipv6(Seeds.isIpv6(seed)).startNs(startNs).start();
        final int[] found = initialSequence(sim);
        final GuestTcp tcp = echo(sim, seed);
        sim.world().runUntil(() -> tcp.isFinished() || tcp.isDead(), 1_000 * SECOND_NS);
        sim.world().verify(() -> {
            assertEquals(ours, found[0], "our sequence numbers do not begin before the wrap");
            assertEquals(800_000, tcp.received());
        });
        sim.finish(300 * SECOND_NS);
    }

    private static GuestTcp echo(final Sim sim, final long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        sim.link().impair(faults(random), faults(random));
        sim.host().script(PORT, HostScript.echo());
        return sim.guest()
                .connect(
                        Sim.SERVER,
                        PORT,
                        new GuestOptions()
                                .initialSequence(-1 - random.nextInt(400_000))
                                .write(800_000)
                                .expectEcho()
                                .closeAfterWrite());
    }

    /// The first sequence number of the stack, and then whether there was one.
    private static int[] initialSequence(final Sim sim) {
        final int[] found = new int[2];
        sim.link().observe((isFromStack, packet) -> {
            if (isFromStack && found[1] == 0 && packet.isTcp() && packet.has(Packet.SYN)) {
                found[0] = packet.seq();
                found[1] = 1;
            }
        });
        return found;
    }

    @ParameterizedTest
    @ArgumentsSource(Seeds.class)
    void shouldLeaveNothingBehindWhateverHappens(final long seed) {
        final Sim sim = Sim.of("chaos", seed).ipv6(Seeds.isIpv6(seed)).start();
        final SplittableRandom random = new SplittableRandom(seed);
        final GuestHost guest = sim.guest();
        sim.link().impair(faults(random), faults(random));
        sim.link().refuse(random.nextInt(30));
        publish(sim);
        guest.listen(80, () -> options(random));
        final List<GuestTcp> flows = new ArrayList<>();
        for (int index = 0; index < 25; index++) {
            final int port = PORT + index;
            sim.host().script(port, script(random));
            final long at = random.nextLong(3 * SECOND_NS);
            sim.world().after(at, () -> flows.add(guest.connect(Sim.SERVER, port, options(random))));
            if (random.nextInt(3) == 0) {
                sim.world().after(at + random.nextLong(SECOND_NS), () -> abortOne(flows, random));
            }
            if (random.nextInt(3) == 0) {
                sim.world().after(at, () -> sim.host().client(8_080, CLIENT, port, script(random)));
            }
            sim.world().after(random.nextLong(3 * SECOND_NS), () -> sim.world().stall(random.nextLong(300_000_000)));
        }
        sim.world().runFor(20 * SECOND_NS);
        guest.connections().forEach(GuestTcp::close);
        sim.finish(20_000 * SECOND_NS);
    }

    private static void abortOne(final List<GuestTcp> flows, final SplittableRandom random) {
        if (!flows.isEmpty()) {
            final GuestTcp flow = flows.get(random.nextInt(flows.size()));
            if (random.nextBoolean()) {
                flow.abort();
            } else {
                flow.vanish();
            }
        }
    }

    private static HostScript script(final SplittableRandom random) {
        final HostScript script = switch (random.nextInt(7)) {
            case 0 -> HostScript.refuses(dev.tailrace.netstack.host.HostErrno.ECONNREFUSED);
            case 1 -> HostScript.sink().resetsAfter(random.nextLong(100_000));
            case 2 -> HostScript.source(200_000).resetsAfterNs(random.nextLong(SECOND_NS));
            case 3 -> HostScript.source(random.nextLong(200_000)).endsAfterGuest();
            case 4 -> HostScript.refusesAtOnce(dev.tailrace.netstack.host.HostErrno.EMFILE);
            default -> HostScript.source(random.nextLong(200_000));
        };
        return script.nuisances(random.nextInt(400), random.nextInt(200), random.nextInt(200))
                .connectsAfter(random.nextLong(300_000_000));
    }

    private static GuestOptions options(final SplittableRandom random) {
        final GuestOptions options = new GuestOptions()
                .initialSequence(random.nextInt())
                .mss(random.nextInt(536, 1_461))
                .receiveBuffer(random.nextInt(4_000, 200_000))
                .write(random.nextLong(200_000));
        return random.nextBoolean() ? options.closeAfterWrite() : options.closeAfterPeer();
    }

    @ParameterizedTest
    @ArgumentsSource(Seeds.class)
    void shouldServeClientsOfAPublishedPort(final long seed) {
        final Sim sim = Sim.of("port-forward", seed).ipv6(Seeds.isIpv6(seed)).start();
        final SplittableRandom random = new SplittableRandom(seed);
        final GuestHost guest = sim.guest();
        sim.link().impair(faults(random), faults(random));
        publish(sim);
        guest.listen(
                80,
                () -> new GuestOptions()
                        .initialSequence(random.nextInt())
                        .write(30_000)
                        .closeAfterPeer());
        final List<SimHostStream> clients = new ArrayList<>();
        for (int index = 0; index < 20; index++) {
            final int clientPort = 20_000 + index;
            sim.world()
                    .after(
                            random.nextLong(100_000_000),
                            () -> clients.add(sim.host()
                                    .client(
                                            8_080,
                                            CLIENT,
                                            clientPort,
                                            HostScript.source(50_000).nuisances(200, 50, 20))));
        }
        sim.world()
                .runUntil(
                        () -> clients.size() == 20 && clients.stream().allMatch(SimHostStream::hasSeenEnd),
                        1_000 * SECOND_NS);
        sim.world().verify(() -> {
            assertTrue(guest.connections().stream().allMatch(tcp -> tcp.received() == 50_000));
            assertTrue(clients.stream().allMatch(client -> client.taken() == 30_000 && client.bytesRead() == 30_000));
        });
        sim.finish(300 * SECOND_NS);
    }

    @ParameterizedTest
    @ArgumentsSource(Seeds.class)
    void shouldRepeatARunExactlyFromItsSeed(final long seed) {
        final long first = hashOfARun(seed);
        assertEquals(first, hashOfARun(seed), "the same seed gave two different runs");
        assertNotEquals(first, hashOfARun(seed + 1_000_000), "another seed gave the same run");
    }

    private static long hashOfARun(final long seed) {
        final Sim sim = Sim.of("determinism", seed).ipv6(Seeds.isIpv6(seed)).start();
        final SplittableRandom random = new SplittableRandom(seed);
        sim.link().impair(faults(random), faults(random));
        final GuestHost guest = sim.guest();
        final List<GuestTcp> flows = new ArrayList<>();
        for (int index = 0; index < 8; index++) {
            sim.host().script(PORT + index, HostScript.source(30_000).nuisances(300, 100, 100));
            flows.add(guest.connect(Sim.SERVER, PORT + index, options(random).closeAfterWrite()));
        }
        sim.world()
                .runUntil(() -> flows.stream().allMatch(flow -> flow.isFinished() || flow.isDead()), 1_000 * SECOND_NS);
        return sim.world().trace().hash();
    }

    private static void publish(final Sim sim) {
        sim.stack()
                .forwards()
                .add(
                        PortForward.Protocol.TCP,
                        IpAddress.IPV4_HI,
                        IpAddress.ipv4Lo(0),
                        8_080,
                        sim.guestHi(),
                        sim.guestLo(),
                        80);
    }
}
