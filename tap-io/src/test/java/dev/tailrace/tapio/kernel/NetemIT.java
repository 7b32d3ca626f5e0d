package dev.tailrace.tapio.kernel;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tailrace.tapio.lab.Lab;
import dev.tailrace.tapio.lab.Place;
import dev.tailrace.tapio.lab.Program;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Loss, delay, reordering and duplication by the kernel (tc-netem(8)), over the real TAP both ways, and
/// between the host and the internet. What comes to the guest passes an ifb device, since netem only takes what
/// goes out.
///
/// netem takes what the kernel and we exchange whole: segments of up to 64 KiB, not packets of the MTU. Where the
/// kernel has no netem, `scripts/vm` has one; `-Dnetem.bytes=N` for more than 4 MB a transfer.
class NetemIT extends KernelSuite {
    private static final int PORT = 7091;
    private static final long BYTES = Long.getLong("netem.bytes", 4_000_000);
    private static final Duration PATIENCE = Duration.ofSeconds(Long.getLong("netem.seconds", 120));
    private static final String TO_GUEST = "ifb0";

    private static final List<String> FAULTS = List.of(
            "loss 1%",
            "delay 20ms 5ms",
            "delay 20ms reorder 5%",
            "duplicate 1%",
            "loss 1% delay 20ms 5ms reorder 5% duplicate 1%");

    @BeforeAll
    static void needNetem() {
        try (Lab own = new Lab()) {
            final Program tc = own.host().start("tc", "qdisc", "add", "dev", "lo", "root", "netem", "loss", "1%");
            assumeTrue(
                    tc.awaitExit() == 0,
                    "no netem in this kernel (scripts/vm has it): "
                            + tc.stderr().strip());
        }
    }

    static Stream<Arguments> faults() {
        return Stream.of(Family.values())
                .flatMap(family -> FAULTS.stream().map(faults -> Arguments.of(family, faults)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("faults")
    void shouldCarryWhatIsSentOverABadTap(final Family family, final String faults) {
        assumeTrue(subject == Subject.OURS, "what the reference makes of it is not our matter");
        final Network network = newNetwork("-c", "-6");
        network.address6();
        final Place guest = network.guest();
        final Peer inGuest = network.peer();
        final Peer server = peerIn(internet());
        final BulkTalk bulk = new BulkTalk(inGuest, server, family.far(), PORT, BYTES, PATIENCE);
        guest.shell("ip link add " + TO_GUEST + " type ifb; ip link set " + TO_GUEST
                + " up; tc qdisc add dev tap0 ingress; tc filter add dev tap0 ingress matchall action mirred egress redirect"
                + " dev " + TO_GUEST);
        addNetem(guest, "tap0", faults);
        addNetem(guest, TO_GUEST, faults);
        bulk.carryBothWays(family + ", netem " + faults + ", TAP");
        assertPassed(guest, "tap0");
        assertPassed(guest, TO_GUEST);
        addNetem(host(), "wan0", faults);
        addNetem(internet(), "eth0", faults);
        try {
            bulk.carryBothWays(family + ", netem " + faults + ", TAP and host");
        } finally {
            host().run("tc", "qdisc", "del", "dev", "wan0", "root");
            internet().run("tc", "qdisc", "del", "dev", "eth0", "root");
        }
    }

    private static void addNetem(final Place place, final String device, final String faults) {
        place.shell("tc qdisc add dev " + device + " root netem limit 10000 " + faults);
    }

    /// The transfers have gone through the queue, of which some bytes are headers.
    private static void assertPassed(final Place guest, final String device) {
        final String told = guest.run("tc", "-s", "qdisc", "show", "dev", device, "root");
        final long bytes = Long.parseLong(told.replaceFirst("(?s).* Sent ([0-9]+) bytes .*", "$1"));
        assertTrue(bytes > BYTES / 2, told);
        System.out.println(
                device + ": " + told.lines().skip(1).findFirst().orElse("").strip());
    }
}
