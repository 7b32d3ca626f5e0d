package dev.tailrace.runtime.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tailrace.runtime.network.BridgeFixture.Container;
import dev.tailrace.tapio.lab.Await;
import dev.tailrace.tapio.lab.Lab;
import dev.tailrace.tapio.lab.Place;
import dev.tailrace.tapio.lab.Program;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Clients on the host's loopback with `--keep-loopback`: they have their address, and nobody else has it.
final class LoopbackRelayIT {
    private static final String FULL_GATEWAY6 = "[fd74:6169:6c72:0ace:0000:0000:0000:0002]";
    private static final String LOOPBACK6 = "[0000:0000:0000:0000:0000:0000:0000:0001]";
    private static final int MTU = 1500;
    private static final int MEBIBYTES = 64;
    private static final String DIGEST = "3b6a07d0d404fab4e23b6d34bc6696a6a312dd92821332385e5af7c01c421351  -";

    private BridgeFixture fixture;

    @BeforeEach
    void needNamespaces() {
        final String obstacle = Lab.obstacle();
        assumeTrue(obstacle == null, obstacle);
        fixture = new BridgeFixture(MTU, "--keep-loopback");
    }

    @AfterEach
    void close() {
        if (fixture != null) {
            fixture.close();
        }
    }

    @Test
    void shouldShowWhoAsks() {
        final Container first = fixture.attach("first", "tcp:|8080|80", "tcp:127.0.0.1|8082|81");
        first.serve("TCP4-LISTEN:80", "first");
        first.serve("TCP6-LISTEN:80,ipv6only=1", "first");
        first.serve("TCP6-LISTEN:81,ipv6only=1", "six");
        final Place host = fixture.host();
        assertEquals("first 127.0.0.1", BridgeFixture.ask(host, "TCP4:127.0.0.1:8080"));
        assertEquals("first " + LOOPBACK6, BridgeFixture.ask(host, "TCP6:[::1]:8080"));
        assertEquals(
                "six " + LOOPBACK6, BridgeFixture.ask(host, "TCP4:127.0.0.1:8082"), "a server in the other family");
        assertEquals("first " + Lab.HOST_ADDRESS, BridgeFixture.ask(host, "TCP4:" + Lab.HOST_ADDRESS + ":8080"));
        assertEquals(
                "first " + Lab.NEAR_ADDRESS,
                BridgeFixture.ask(fixture.internet(), "TCP4:" + Lab.HOST_ADDRESS + ":8080"));
    }

    /// A container asks the host's loopback by the gateway's address: it is no client on it.
    @Test
    void shouldNotTakeContainersForTheHost() {
        final Container first = fixture.attach("first", "tcp:|8080|80");
        first.serve("TCP4-LISTEN:80", "first");
        first.serve("TCP6-LISTEN:80,ipv6only=1", "first");
        final Container second = fixture.attach("second");
        for (int round = 0; round < 10; round++) {
            assertEquals("first " + BridgeFixture.GATEWAY, second.ask("TCP4:" + BridgeFixture.GATEWAY + ":8080"));
            assertEquals("first " + FULL_GATEWAY6, second.ask("TCP6:" + BridgeFixture.GATEWAY6 + ":8080"));
        }
        assertEquals("first 127.0.0.1", BridgeFixture.ask(fixture.host(), "TCP4:127.0.0.1:8080"));
    }

    /// Half of the connection ends long before the answer is there.
    @Test
    void shouldCarryAllBytesBothWays() {
        final Container container = fixture.attach("first", "tcp:|8080|80", "tcp:|8081|81");
        listen(container, "TCP4-LISTEN:80,fork", "SYSTEM:sha256sum");
        listen(container, "TCP4-LISTEN:81,fork", "SYSTEM:head -c " + MEBIBYTES + "M /dev/zero");
        final Place host = fixture.host();
        assertEquals(
                DIGEST,
                host.shell("head -c " + MEBIBYTES + "M /dev/zero | socat -t60 - TCP4:127.0.0.1:8080")
                        .strip());
        assertEquals(
                DIGEST,
                host.shell("socat -t60 -u TCP4:127.0.0.1:8081 - | sha256sum").strip());
    }

    @Test
    void shouldResetWhereNobodyListens() {
        fixture.attach("first", "tcp:|8080|80");
        // socat takes a reset for the end.
        final Program client = fixture.host().start("bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && exec cat <&3");
        assertNotEquals(0, client.awaitExit());
        assertTrue(client.stderr().contains("reset by peer"), client.toString());
    }

    @Test
    void shouldEndWithTheContainer() {
        final Container container = fixture.attach("first", "tcp:|8080|80");
        listen(container, "TCP4-LISTEN:80,fork", "PIPE");
        final Program client = fixture.host().start("socat", "-", "TCP4:127.0.0.1:8080");
        Await.until(
                () -> "a connection from 127.0.0.1",
                () -> container.run("ss", "-Htn", "state", "established").contains("127.0.0.1:"));
        assertEquals(1, threads());
        fixture.detach(container);
        client.awaitExit();
        Await.until(() -> "no thread of a relay", () -> threads() == 0);
    }

    private long threads() {
        return fixture.host()
                .shell("cat /proc/" + fixture.engine().pid() + "/task/*/comm")
                .lines()
                .filter("tailrace-loopba"::equals)
                .count();
    }

    private static void listen(final Container container, final String listener, final String socatAddress) {
        final Program server = container.start("socat", "-t60", listener, socatAddress);
        final String port = listener.split("[:,]")[1];
        Await.until(
                () -> "a listener: " + server,
                () -> container.run("ss", "-Hltn").contains(":" + port + " "));
    }
}
