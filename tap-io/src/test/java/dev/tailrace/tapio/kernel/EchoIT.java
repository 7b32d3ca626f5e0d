package dev.tailrace.tapio.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.tapio.lab.Lab;
import dev.tailrace.tapio.lab.Program;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// ICMP echo, by `ping`.
class EchoIT extends KernelSuite {
    @ParameterizedTest
    @ValueSource(strings = {Network.GATEWAY, Network.NAME_SERVER, Lab.HOST_ADDRESS, Lab.NEAR_ADDRESS, Lab.FAR_ADDRESS})
    void shouldAnswer(final String address) {
        final String out = guest().run("ping", "-n", "-c3", "-i0.2", "-W10", address);
        assertTrue(out.contains("3 packets transmitted, 3 received, 0% packet loss"), out);
        assertTrue(out.contains("64 bytes from " + address + ": icmp_seq=1 "), out);
    }

    @ParameterizedTest
    @ValueSource(strings = {Network.GATEWAY, Lab.HOST_ADDRESS, Lab.FAR_ADDRESS})
    void shouldAnswerWithAllBytesOfALargeRequest(final String address) {
        final String out = guest().run("ping", "-n", "-c1", "-W10", "-s", "8000", address);
        assertTrue(out.contains("8008 bytes from " + address), out);
    }

    @Test
    void shouldBeTheFirstHop() {
        final Program ping = guest().start("ping", "-n", "-c1", "-W10", "-t1", Lab.FAR_ADDRESS);
        final int code = ping.awaitExit();
        if (subject.has(Quirk.IGNORES_HOPS_OF_ECHO)) {
            assertEquals(0, code, ping.toString());
            return;
        }
        assertEquals(1, code, ping.toString());
        final String hop = "From " + Network.GATEWAY + " icmp_seq=1 Time to live exceeded";
        assertTrue(ping.stdout().contains(hop), ping.stdout());
    }

    @Test
    void shouldPassWhatRoutersSay() {
        final String address = "203.0.113.86";
        internet().run("ip", "route", "replace", "unreachable", address);
        final boolean deaf = subject.has(Quirk.DEAF_TO_ROUTERS);
        final Program ping = guest().start("ping", "-n", "-c1", deaf ? "-W1" : "-W10", address);
        assertEquals(1, ping.awaitExit(), ping.toString());
        assertEquals(!deaf, ping.stdout().contains("Destination Host Unreachable"), ping.stdout());
    }
}
