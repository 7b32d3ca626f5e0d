package dev.tailrace.perf.matrix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CellTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "tcp/c2h/up/mtu1500/x1",
                "udp/h2c/down/mtu65520/x16",
                "tcp/c2c/up/mtu9000/x4",
                "rr/c2h/mtu1500/x1",
                "crr/h2c/mtu1500/x1",
                "udp/c2h/up/mtu1500/x1/len64",
                "udp/h2c/down/mtu1500/x2/len1472",
                "udpgso/c2h/down/mtu65520/x1",
                "rr/c2h/mtu1500/x1/bulk-up",
                "crr/h2c/mtu1500/x15/bulk-down",
                "runtime/start",
                "runtime/docker-run"
            })
    void shouldHaveTheIdThatItIsReadFrom(final String id) {
        assertEquals(id, Cell.parse(id).id());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "tcp",
                "tcp/c2h/mtu1500/x1",
                "rr/c2h/down/mtu1500/x1/x1",
                "sctp/c2h/up/mtu1500/x1",
                "tcp/h2h/up/mtu1500/x1",
                "tcp/c2h/left/mtu1500/x1",
                "tcp/c2h/up/1500/x1",
                "tcp/c2h/up/mtu99/x1",
                "tcp/c2h/up/mtu65522/x1",
                "tcp/c2h/up/mtu1500/x0",
                "tcp/c2h/up/mtu1500/x17",
                "tcp/c2h/up/mtu99999999999/x1",
                "udp/c2h/up/mtu1500/x1/len0",
                "udp/c2h/up/mtu1500/x1/len15",
                "udp/c2h/up/mtu1500/x1/len1473",
                "udp/c2h/up/mtu1500/x1/len",
                "udp/c2h/up/mtu1500/x1/64",
                "udp/c2h/up/mtu1500/x1/bulk-up",
                "udp/c2h/up/mtu1500/x1/len64/len64",
                "tcp/c2h/up/mtu1500/x1/len64",
                "udpgso/c2h/up/mtu1500/x1/len64",
                "rr/c2h/mtu1500/x1/len64",
                "rr/c2h/mtu1500/x1/bulk",
                "rr/c2h/mtu1500/x1/bulk-left",
                "rr/c2h/mtu1500/x16/bulk-up",
                "runtime",
                "runtime/nothing",
                "runtime/start/mtu1500/x1",
                "tcp/none/up/mtu1500/x1"
            })
    void shouldRefuseWhatIsNoCell(final String id) {
        final String message = assertThrows(IllegalArgumentException.class, () -> Cell.parse(id))
                .getMessage();
        assertEquals(1, message.lines().count());
        assertTrue(message.length() > "cell".length());
    }
}
