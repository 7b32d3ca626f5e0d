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
        final Network network = option.isEmpty() ? newNetwork("-c") : newNetwork("-c", "--outbound-addr=" + option);
        final Peer server = peerIn(internet());
        final String name = "to" + seen;
        server.does("listen", name, Lab.FAR_ADDRESS, PORT);
        final Peer.Doing accepting = server.begins("accept", name, name);
        network.peer().does("connect", "c", Lab.FAR_ADDRESS, PORT);
        assertEquals(seen, accepting.succeeds());
        server.does("close-listener", name);

        server.does("udp-bind", name, Lab.FAR_ADDRESS, 0);
        final int port = Integer.parseInt(server.does("udp-port", name));
        network.peer().does("udp-bind", "u", "0.0.0.0", 0);
        network.peer().does("udp-send", "u", Lab.FAR_ADDRESS, port, "hello");
        assertEquals(seen, server.does("udp-receive", name).split(" ")[0]);
    }
}
