package dev.tailrace.tapio.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.tapio.lab.Lab;
import dev.tailrace.tapio.lab.Program;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// ICMPv6 echo, by `ping`.
class EchoIpv6IT extends KernelSuite {
    @Override
    Family family() {
        return Family.IPV6;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {Network.GATEWAY6, Network.NAME_SERVER6, Lab.HOST_ADDRESS6, Lab.NEAR_ADDRESS6, Lab.FAR_ADDRESS6})
    void shouldAnswer(final String address) {
        final String out = guest().run("ping", "-n", "-c3", "-i0.2", "-W10", address);
        assertTrue(out.contains("3 packets transmitted, 3 received, 0% packet loss"), out);
        assertTrue(out.contains("64 bytes from " + address + ": icmp_seq=1 "), out);
    }

    @ParameterizedTest
    @ValueSource(strings = {Network.GATEWAY6, Lab.HOST_ADDRESS6, Lab.FAR_ADDRESS6})
    void shouldAnswerWithAllBytesOfALargeRequest(final String address) {
        final String out = guest().run("ping", "-n", "-c1", "-W10", "-s", "8000", address);
        assertTrue(out.contains("8008 bytes from " + address), out);
    }

    @Test
    void shouldBeTheFirstHop() {
        final Program ping = guest().start("ping", "-n", "-c1", "-W10", "-t1", Lab.FAR_ADDRESS6);
        assertEquals(1, ping.awaitExit(), ping.toString());
        final String hop = "From " + Network.GATEWAY6 + " icmp_seq=1 Time exceeded: Hop limit";
        assertTrue(ping.stdout().contains(hop), ping.stdout());
    }

    @ParameterizedTest
    @CsvSource({
        "unreachable, 86, Destination unreachable: No route",
        "prohibit,    87, Destination unreachable: Administratively prohibited"
    })
    void shouldPassWhatRoutersSay(final String type, final int number, final String said) {
        final String address = family().unused(number);
        internet().run("ip", "route", "replace", type, address);
        final Program ping = guest().start("ping", "-n", "-c1", "-W10", address);
        assertEquals(1, ping.awaitExit(), ping.toString());
        assertTrue(ping.stdout().contains(said), ping.stdout());
    }
}
