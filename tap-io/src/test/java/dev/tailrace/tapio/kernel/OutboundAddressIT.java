package dev.tailrace.tapio.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tailrace.tapio.lab.Lab;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The host's address that servers see.
class OutboundAddressIT extends KernelSuite {
    private static final int PORT = 7040;

    @ParameterizedTest
    @CsvSource({"'', 198.51.100.1", "198.51.100.77, 198.51.100.77", "out0, 198.51.100.78"})
    void shouldBeTheOneAskedFor(final String option, final String seen) {
        host().shell("ip address replace 198.51.100.77/24 dev wan0;"
                + " ip link show out0 >/dev/null 2>&1 || ip link add out0 type veth peer name out1;"
                + " ip link set out0 up; ip address replace 198.51.100.78/32 dev out0");
        assertSeen(
                option.isEmpty() ? newNetwork("-c") : newNetwork("-c", "--outbound-addr=" + option), Family.IPV4, seen);
    }

    @ParameterizedTest
    @CsvSource({"'', 2001:db8:1::1", "2001:db8:1::77, 2001:db8:1::77", "out6, 2001:db8:3::78"})
    void shouldBeTheOneAskedForOverIpv6(final String option, final String seen) {
        assumeIpv6();
        internet();
        host().shell("ip address replace 2001:db8:1::77/64 dev wan0 nodad preferred_lft 0;"
                + " ip link show out6 >/dev/null 2>&1 || ip link add out6 type veth peer name out7;"
                + " ip link set out6 up; ip address replace 2001:db8:3::78/128 dev out6 nodad");
        internet().run("ip", "route", "replace", "2001:db8:3::78", "via", Lab.HOST_ADDRESS6);
        final Network network =
                option.isEmpty() ? newNetwork("-c", "-6") : newNetwork("-c", "-6", "--outbound-addr6=" + option);
        network.address6();
        assertSeen(network, Family.IPV6, seen);
    }

    private static void assertSeen(final Network network, final Family family, final String seen) {
        final Peer server = peerIn(internet());
        final String name = "to" + seen;
        server.does("listen", name, family.far(), PORT);
        final Peer.Doing accepting = server.begins("accept", name, name);
        network.peer().does("connect", "c", family.far(), PORT);
        assertEquals(Family.asJavaWrites(seen), accepting.succeeds());
        server.does("close-listener", name);

        server.does("udp-bind", name, family.far(), 0);
        final int port = Integer.parseInt(server.does("udp-port", name));
        network.peer().does("udp-bind", "u", family.any(), 0);
        network.peer().does("udp-send", "u", family.far(), port, "hello");
        assertEquals(Family.asJavaWrites(seen), server.does("udp-receive", name).split(" ")[0]);
    }
}
