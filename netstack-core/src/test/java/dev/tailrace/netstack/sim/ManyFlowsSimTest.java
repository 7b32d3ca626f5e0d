package dev.tailrace.netstack.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.tcp.TcpConfig;
import dev.tailrace.netstack.testkit.GuestHost;
import dev.tailrace.netstack.testkit.GuestOptions;
import dev.tailrace.netstack.testkit.GuestTcp;
import dev.tailrace.netstack.testkit.HostScript;
import dev.tailrace.netstack.testkit.Impairment;
import dev.tailrace.netstack.testkit.Seeds;
import dev.tailrace.netstack.testkit.Sim;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ArgumentsSource;

/// Many connections at once: no mix-up, no leak, bounded memory, sharing.
class ManyFlowsSimTest {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final int FIRST_PORT = 6_000;

    // case 27: flows do not get each other's bytes, nor lose each other in the table
    @ParameterizedTest
    @ArgumentsSource(Seeds.class)
    void shouldKeepFlowsApart(final long seed) {
        final Sim sim = Sim.of("many-flows", seed).ipv6(Seeds.isIpv6(seed)).start();
        final SplittableRandom random = new SplittableRandom(seed);
        sim.link().impair(Impairment.NONE.with(5, 5, 10), Impairment.NONE.with(5, 5, 10));
        final GuestHost guest = sim.guest();
        final List<GuestTcp> flows = new ArrayList<>();
        final long[] up = new long[60];
        final long[] down = new long[60];
        for (int index = 0; index < up.length; index++) {
            up[index] = random.nextLong(0, 60_000);
            down[index] = random.nextLong(0, 60_000);
            final int port = FIRST_PORT + index;
            final HostScript script = HostScript.source(down[index])
                    .connectsAfter(random.nextLong(20_000_000))
                    .nuisances(200, 50, 20);
            sim.host().script(port, random.nextBoolean() ? script : script.endsAfterGuest());
            final GuestOptions options = new GuestOptions()
                    .initialSequence(random.nextInt())
                    .write(up[index])
                    .closeAfterWrite();
            sim.world().after(random.nextLong(50_000_000), () -> flows.add(guest.connect(Sim.SERVER, port, options)));
        }
        sim.world()
                .runUntil(
                        () -> flows.size() == up.length
                                && flows.stream().allMatch(flow -> flow.isFinished() || flow.isDead()),
                        2_000 * SECOND_NS);
        sim.finish(300 * SECOND_NS);
        sim.world().verify(() -> {
            for (final GuestTcp flow : flows) {
                final int index = flow.addresses().destinationPort() - FIRST_PORT;
                assertEquals(down[index], flow.received(), flow.toString());
                assertEquals(up[index], sim.host().stream(FIRST_PORT + index).taken(), flow.toString());
            }
        });
    }

    // relays' bug: the table fills with flows that both ends have left
    @Test
    void shouldNotFillTheTableWithConnectionsThatAreOver() {
        final TcpConfig config = new TcpConfig(64, 64, 1 << 20, 7_200 * SECOND_NS, 300 * SECOND_NS);
        final Sim sim = Sim.of("many-flows-churn", 1).tcp(config).start();
        final GuestHost guest = sim.guest();
        sim.host().otherwise(HostScript.source(100));
        for (int round = 0; round < 40; round++) {
            final List<GuestTcp> flows = new ArrayList<>();
            for (int index = 0; index < 32; index++) {
                flows.add(guest.connect(
                        Sim.SERVER, 80, new GuestOptions().write(50).closeAfterWrite()));
            }
            sim.world().runUntil(() -> flows.stream().allMatch(GuestTcp::isFinished), 30 * SECOND_NS);
            sim.world().runFor(3 * SECOND_NS);
        }
        assertEquals(0, sim.count(Counter.DROP_TCP_TABLE_FULL));
        sim.finish(10 * SECOND_NS);
    }

    // case 48: beyond the limit new connections are refused at once, and the others do not suffer
    @Test
    void shouldRefuseConnectionsBeyondTheLimitOnly() {
        final TcpConfig config = new TcpConfig(10, 10, 1 << 20, 7_200 * SECOND_NS, 300 * SECOND_NS);
        final Sim sim = Sim.of("many-flows-limit", 1).tcp(config).start();
        final GuestHost guest = sim.guest();
        sim.host().otherwise(HostScript.sink());
        final List<GuestTcp> flows = new ArrayList<>();
        for (int index = 0; index < 15; index++) {
            flows.add(guest.connect(
                    Sim.SERVER,
                    FIRST_PORT + index,
                    new GuestOptions().write(300_000).closeAfterWrite()));
        }
        sim.world().runUntil(() -> flows.stream().allMatch(flow -> flow.isFinished() || flow.isDead()), 60 * SECOND_NS);
        assertEquals(10, flows.stream().filter(GuestTcp::isFinished).count());
        assertEquals(5, flows.stream().filter(GuestTcp::isReset).count());
        assertEquals(5, sim.count(Counter.DROP_TCP_TABLE_FULL));
    }

    @ParameterizedTest
    @ArgumentsSource(Seeds.class)
    void shouldShareASmallSlabAmongFlowsThatFillIt(final long seed) {
        final Sim sim = Sim.of("many-flows-memory", seed)
                .ipv6(Seeds.isIpv6(seed))
                .memory(2 << 20)
                .start();
        final SplittableRandom random = new SplittableRandom(seed);
        final GuestHost guest = sim.guest();
        final List<GuestTcp> flows = new ArrayList<>();
        for (int index = 0; index < 40; index++) {
            final int port = FIRST_PORT + index;
            final boolean isUpload = random.nextBoolean();
            final HostScript script = isUpload ? HostScript.sink() : HostScript.source(150_000);
            sim.host()
                    .script(
                            port,
                            script.slowReader(random.nextInt(5_000, 30_000), random.nextLong(1_000_000, 20_000_000))
                                    .buffers(20_000, 200_000));
            final GuestOptions options =
                    new GuestOptions().initialSequence(random.nextInt()).closeAfterWrite();
            flows.add(guest.connect(
                    Sim.SERVER,
                    port,
                    isUpload
                            ? options.write(150_000)
                            : options.slowReader(
                                    random.nextInt(5_000, 30_000), random.nextLong(1_000_000, 20_000_000))));
        }
        sim.world()
                .runUntil(() -> flows.stream().allMatch(flow -> flow.isFinished() || flow.isDead()), 3_000 * SECOND_NS);
        assertTrue(flows.stream().allMatch(GuestTcp::isFinished), "a flow was reset for want of memory");
        sim.finish(300 * SECOND_NS);
    }
}
