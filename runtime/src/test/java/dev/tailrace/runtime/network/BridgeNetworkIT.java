package dev.tailrace.runtime.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tailrace.runtime.clients.Internet;
import dev.tailrace.runtime.network.BridgeFixture.Container;
import dev.tailrace.tapio.lab.Await;
import dev.tailrace.tapio.lab.Lab;
import dev.tailrace.tapio.lab.Place;
import dev.tailrace.tapio.lab.Program;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Containers' networks as the kernel sees them: a bridge, and a stand-in internet behind the host.
final class BridgeNetworkIT {
    private static final String NAME_SERVER = "172.17.255.254";
    private static final int MTU = 1500;
    private static final int LARGE_MTU = 65_520;
    private static final int TRANSFER_MEGABYTES = 64;

    private BridgeFixture fixture;

    @BeforeEach
    void needNamespaces() {
        final String obstacle = Lab.obstacle();
        assumeTrue(obstacle == null, obstacle);
        fixture = new BridgeFixture(MTU);
    }

    @AfterEach
    void close() {
        if (fixture != null) {
            fixture.close();
        }
    }

    /// Those of the containers, the bridge's, and a spare one, which is made in the background.
    private void awaitNamespacesOf(final int containers) {
        Await.until(
                () -> fixture.namespaces() + " for " + containers,
                () -> fixture.namespaces().size() == containers + 2);
    }

    private static String askDatagram(final Place place, final String socatAddress) {
        // Ends with the answer; a socat that has sent its input waits for more of them.
        return place.shell("socat " + socatAddress + " SYSTEM:'echo; read -r line; echo \"$line\" >&2' 2>&1 >/dev/null")
                .strip();
    }

    private static String full6(final String address) {
        return switch (address) {
            case Lab.HOST_ADDRESS6 -> "[2001:0db8:0001:0000:0000:0000:0000:0001]";
            case Lab.NEAR_ADDRESS6 -> "[2001:0db8:0001:0000:0000:0000:0000:0002]";
            default -> throw new AssertionError(address);
        };
    }

    @Test
    void shouldReachEachOtherTheInternetTheHostAndNames() {
        assertEquals("ready 172.17.0.0/16 " + BridgeFixture.GATEWAY + " " + NAME_SERVER, fixture.greeting());
        final Container first = fixture.attach("first");
        final Container second = fixture.attach("second");
        assertEquals("172.17.0.2", first.field("ipv4"));
        assertEquals("02:42:ac:11:00:02", first.field("mac"));
        assertEquals("172.17.0.3", second.field("ipv4"));
        // At once: what a container starts with must not be lost.
        first.run("ping", "-c1", "-W1", second.field("ipv4"));
        second.run("ping", "-6", "-c1", "-W1", first.field("ipv6"));
        for (final String target :
                new String[] {BridgeFixture.GATEWAY, NAME_SERVER, Internet.ADDRESS, Lab.HOST_ADDRESS}) {
            first.run("ping", "-c1", "-W5", target);
        }
        for (final String target : new String[] {"fd74:6169:6c72:ace::2", Internet.ADDRESS6}) {
            second.run("ping", "-6", "-c1", "-W5", target);
        }
        second.serve("TCP4-LISTEN:80", "second");
        assertEquals("second 172.17.0.2", first.ask("TCP4:" + second.field("ipv4") + ":80"));
        assertEquals("internet " + Lab.HOST_ADDRESS, first.ask("TCP4:" + Internet.ADDRESS + ":" + Internet.WHO_PORT));
        assertEquals(
                "internet " + full6(Lab.HOST_ADDRESS6),
                second.ask("TCP6:[" + Internet.ADDRESS6 + "]:" + Internet.WHO_PORT));
        assertEquals("host 127.0.0.1", first.ask("TCP4:" + BridgeFixture.GATEWAY + ":" + Internet.WHO_PORT));
        assertEquals(
                "host [0000:0000:0000:0000:0000:0000:0000:0001]",
                second.ask("TCP6:" + BridgeFixture.GATEWAY6 + ":" + Internet.WHO_PORT));
        for (final String transport : new String[] {"+notcp", "+tcp"}) {
            assertEquals(
                    Internet.ADDRESS + "\n",
                    second.run("dig", "@" + NAME_SERVER, "+short", "+time=10", transport, "A", Internet.NAME));
        }
    }

    @Test
    void shouldTellThatItIsDown() {
        assertEquals("none", fixture.ask("failure"));
        fixture.atBridge("ip", "link", "delete", "tap0");
        fixture.engine().awaitStderr("tailrace: the network is down, and stays so until the engine is started again: ");
        assertEquals(
                "dev.tailrace.runtime.network.NetworkException: the TAP is gone: its interface was deleted",
                fixture.ask("failure"));
        assertTrue(
                fixture.ask("attach late").startsWith("error "),
                () -> fixture.engine().toString());
    }

    @Test
    void shouldKeepContainersFromTheHostsLoopback() {
        fixture.close();
        fixture = new BridgeFixture(MTU, "--disable-host-loopback");
        final Container container = fixture.attach("first");
        for (final String address : new String[] {"TCP4:" + BridgeFixture.GATEWAY, "TCP6:" + BridgeFixture.GATEWAY6}) {
            final Program client = container.start("socat", "-t10", "-u", address + ":" + Internet.WHO_PORT, "-");
            assertNotEquals(0, client.awaitExit(), client::toString);
            assertEquals("", client.stdout());
        }
        assertEquals(
                "internet " + Lab.HOST_ADDRESS, container.ask("TCP4:" + Internet.ADDRESS + ":" + Internet.WHO_PORT));
        assertEquals(
                Internet.ADDRESS + "\n",
                container.run("dig", "@" + NAME_SERVER, "+short", "+time=10", "A", Internet.NAME));
    }

    @Test
    void shouldPublishPortsWithTheClientsAddress() {
        final Container first = fixture.attach("first", "tcp:|8080|80", "udp:|5353|53");
        final Container second = fixture.attach("second", "tcp:|8081|80", "tcp:127.0.0.1|8082|80", "tcp:|0|80");
        for (final Container container : new Container[] {first, second}) {
            container.serve("TCP4-LISTEN:80", container.id());
            container.serve("TCP6-LISTEN:80,ipv6only=1", container.id());
        }
        first.serve("UDP4-RECVFROM:53", "first");
        first.serve("UDP6-RECVFROM:53,ipv6only=1", "first");
        final Place internet = fixture.internet();
        final String host = Lab.HOST_ADDRESS;
        assertEquals("first " + Lab.NEAR_ADDRESS, BridgeFixture.ask(internet, "TCP4:" + host + ":8080"));
        assertEquals("second " + Lab.NEAR_ADDRESS, BridgeFixture.ask(internet, "TCP4:" + host + ":8081"));
        assertEquals(
                "second " + Lab.NEAR_ADDRESS,
                BridgeFixture.ask(
                        internet, "TCP4:" + host + ":" + second.fields("port").get(2)));
        assertEquals(
                "first " + full6(Lab.NEAR_ADDRESS6),
                BridgeFixture.ask(internet, "TCP6:[" + Lab.HOST_ADDRESS6 + "]:8080"));
        assertEquals("first " + Lab.NEAR_ADDRESS, askDatagram(internet, "UDP4:" + host + ":5353"));
        assertEquals(
                "first " + full6(Lab.NEAR_ADDRESS6), askDatagram(internet, "UDP6:[" + Lab.HOST_ADDRESS6 + "]:5353"));
        // The host's own loopback address would be the container's.
        assertEquals("first " + BridgeFixture.GATEWAY, BridgeFixture.ask(fixture.host(), "TCP4:127.0.0.1:8080"));
        assertEquals("second " + BridgeFixture.GATEWAY, BridgeFixture.ask(fixture.host(), "TCP4:127.0.0.1:8082"));
        assertEquals("first " + host, BridgeFixture.ask(fixture.host(), "TCP4:" + host + ":8080"));
        // Published ports are the host's, for containers, too.
        assertEquals("first " + BridgeFixture.GATEWAY, second.ask("TCP4:" + BridgeFixture.GATEWAY + ":8080"));
        final Program refused = internet.start("socat", "-u", "TCP4:" + host + ":8082", "-");
        assertNotEquals(0, refused.awaitExit(), refused.toString());
    }

    @Test
    void shouldSayWhichPortIsTakenAndLeaveNothing() {
        final Container first = fixture.attach("first", "tcp:|8080|80");
        final String taken = fixture.ask("attach second tcp:|8090|80 tcp:|8080|80");
        assertTrue(
                taken.matches("error driver failed programming external connectivity on endpoint name-of-second"
                        + " \\([0-9a-f]{64}\\): Bind for 0\\.0\\.0\\.0:8080 failed: port is already allocated"),
                taken);
        final Program theirs = fixture.host().start("socat", "TCP6-LISTEN:8085,ipv6only=1", "PIPE");
        Await.until(() -> "a listener", () -> fixture.host().run("ss", "-Hltn").contains("[::]:8085"));
        final String foreign = fixture.ask("attach second tcp:|8085|80");
        assertTrue(foreign.endsWith("Bind for [::]:8085 failed: port is already allocated"), foreign);
        theirs.close();
        final String listeners = fixture.host().run("ss", "-Hltn");
        assertTrue(!listeners.contains(":8090 ") && !listeners.contains(":8085 "), listeners);
        awaitNamespacesOf(1);
        assertTrue(fixture.ask("attach second tcp:10.99.99.99|8091|80").endsWith("cannot assign requested address"));
        // What failed took no address with it.
        assertEquals("172.17.0.3", fixture.attach("third", "tcp:|8085|80").field("ipv4"));
        assertEquals("172.17.0.2", first.field("ipv4"));
    }

    @Test
    void shouldTellWhatAPrivilegedPortNeeds() {
        final String answer = fixture.ask("attach low tcp:|80|80");
        assertTrue(
                answer.contains("Bind for 0.0.0.0:80 failed: cannot expose privileged port 80: choose one from"
                        + " 1024 on, or have root run sysctl -w net.ipv4.ip_unprivileged_port_start=80"),
                answer);
    }

    @Test
    void shouldNotDisturbOthersWhenOneGoes() throws IOException {
        final Container first = fixture.attach("first", "tcp:|8080|80");
        final Container second = fixture.attach("second", "tcp:|8081|80");
        first.serve("TCP4-LISTEN:80", "first");
        fixture.internet().start("socat", "TCP4-LISTEN:7100,fork,reuseaddr", "PIPE");
        Await.until(
                () -> "a listener", () -> fixture.internet().run("ss", "-Hltn").contains(":7100 "));
        final Program lasting = second.start("socat", "-", "TCP4:" + Internet.ADDRESS + ":7100");
        final Program ending = first.start("socat", "-", "TCP4:" + Internet.ADDRESS + ":7100");
        for (final Program program : new Program[] {lasting, ending}) {
            program.stdin().write("before\n".getBytes(StandardCharsets.UTF_8));
            program.stdin().flush();
            Await.until(() -> "an echo " + program, () -> program.stdout().contains("before"));
        }
        fixture.detach(first);
        Await.until(
                () -> "one connection left on the internet's side",
                () -> fixture.internet()
                                .run("ss", "-Htn", "state", "established")
                                .lines()
                                .count()
                        == 1);
        assertTrue(!fixture.host().run("ss", "-Hltn").contains(":8080 "));
        lasting.stdin().write("after\n".getBytes(StandardCharsets.UTF_8));
        lasting.stdin().flush();
        Await.until(() -> "an echo " + lasting, () -> lasting.stdout().contains("after"));
        // The port is free, and in time the address.
        Await.until(() -> "the first address again", () -> {
            final Container next = fixture.attach("next", "tcp:|8080|80");
            final boolean isFirst = next.field("ipv4").equals(first.field("ipv4"));
            if (!isFirst) {
                fixture.detach(next);
            }
            return isFirst;
        });
    }

    @Test
    void shouldHaveANamespaceReadyForTheNext() {
        awaitNamespacesOf(0);
        final Set<String> ready = fixture.namespaces().stream()
                .map(fd -> fixture.host().run("readlink", fixture.path(fd)).strip())
                .collect(Collectors.toSet());
        final Container container = fixture.attach("first");
        final String its = container.run("readlink", "/proc/self/ns/net").strip();
        assertTrue(ready.contains(its), its + " in " + ready);
        awaitNamespacesOf(1);
    }

    @Test
    void shouldIsolate() {
        final Container container = new Container(fixture, "alone", fixture.ask("isolate alone"));
        assertEquals(1, container.run("ip", "-o", "link").lines().count());
        container.run("ping", "-c1", "-W1", "127.0.0.1");
        final Program ping = container.start("ping", "-c1", "-W1", BridgeFixture.GATEWAY);
        assertNotEquals(0, ping.awaitExit());
        assertTrue(ping.stderr().contains("unreachable"), ping.toString());
    }

    @Test
    void shouldLeaveNothingOnClose() {
        fixture.attach("first", "tcp:|8080|80", "udp:|5353|53");
        fixture.attach("second");
        awaitNamespacesOf(2);
        assertEquals("closed", fixture.ask("close"));
        assertEquals(0, fixture.namespaces().size());
        assertTrue(!fixture.host().run("ss", "-Hltun").contains(":8080 "));
        assertTrue(!fixture.host().run("ss", "-Hltun").contains(":5353 "));
        assertEquals("error the network is down", fixture.ask("attach third"));
    }

    /// Many containers come and go: nothing of them stays.
    @Test
    void shouldForgetThoseWhoWent() {
        fixture.attach("kept");
        IntStream.range(0, 40).forEach(i -> fixture.detach(fixture.attach("c" + i, "tcp:|8080|80")));
        awaitNamespacesOf(1);
        Await.until(
                () -> "one port beside the TAP",
                () -> fixture.atBridge("ip", "-o", "link", "show", "master", "tailrace0")
                                .lines()
                                .count()
                        == 2);
    }

    /// What an ended container had is removed when it is quiet, but somebody who needs its address does
    /// not have to wait.
    @Test
    void shouldGiveAnAddressAgainAtOnce() {
        for (int i = 0; i < 3; i++) {
            final Container container = new Container(fixture, "same", fixture.ask("attach-at same 172.17.0.9"));
            assertEquals("172.17.0.9", container.field("ipv4"));
            container.run("ping", "-c1", "-W1", BridgeFixture.GATEWAY);
            fixture.detach(container);
        }
        // Nor to wish it, if it is the same container.
        final String first = fixture.attach("restarted").field("ipv4");
        for (int i = 0; i < 3; i++) {
            fixture.ask("detach restarted");
            assertEquals(first, fixture.attach("restarted").field("ipv4"));
        }
    }

    /// Both ways, super-frames pass bridge and TAP as they are, whatever the MTU is.
    @ParameterizedTest
    @ValueSource(ints = {MTU, LARGE_MTU})
    void shouldNotCutSuperFrames(final int mtu) {
        if (mtu != MTU) {
            fixture.close();
            fixture = new BridgeFixture(mtu);
        }
        final Container container = fixture.attach("first");
        assertTrue(container.run("ip", "link", "show", "eth0").contains("mtu " + mtu + " "));
        final String megabytes = "dd if=/dev/zero bs=1M count=" + TRANSFER_MEGABYTES + " status=none";
        final Program sink =
                fixture.host().start("socat", "-b131072", "-u", "TCP4-LISTEN:7200,bind=127.0.0.1", "OPEN:/dev/null");
        final Program source = fixture.host()
                .start("socat", "-b131072", "-u", "SYSTEM:" + megabytes, "TCP4-LISTEN:7201,bind=127.0.0.1");
        Await.until(() -> "listeners " + sink + source, () -> {
            final String listeners = fixture.host().run("ss", "-Hltn");
            return listeners.contains(":7200 ") && listeners.contains(":7201 ");
        });
        container.run("sh", "-c", megabytes + " | socat -b131072 -u - TCP4:" + BridgeFixture.GATEWAY + ":7200");
        container.run("socat", "-b131072", "-u", "TCP4:" + BridgeFixture.GATEWAY + ":7201", "OPEN:/dev/null");
        final String statistics = fixture.atBridge("cat", "/proc/net/dev")
                .lines()
                .filter(line -> line.contains("tap0:"))
                .findFirst()
                .orElseThrow();
        final long[] fields = IntStream.of(1, 2, 9, 10)
                .mapToLong(i -> Long.parseLong(statistics.strip().split("[: ]+")[i]))
                .toArray();
        final long bytes = (long) TRANSFER_MEGABYTES << 20;
        // Acknowledgements of the other direction are among the frames of each.
        assertTrue(fields[0] > bytes && fields[0] / fields[1] > 4 * MTU, "to the container: " + statistics);
        assertTrue(fields[2] > bytes && fields[2] / fields[3] > 4 * MTU, "from the container: " + statistics);
    }

    @Test
    void shouldGiveEachItsOwnAddress() {
        final Set<String> addresses = IntStream.range(0, 20)
                .mapToObj(i -> fixture.attach("c" + i).field("ipv4"))
                .collect(Collectors.toSet());
        assertEquals(20, addresses.size());
    }
}
