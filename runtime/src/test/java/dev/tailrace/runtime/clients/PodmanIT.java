package dev.tailrace.runtime.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.tapio.lab.Lab;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Podman, rootless, with `network_cmd_path` and its default options: sandbox, seccomp, IPv6, MTU 65520.
final class PodmanIT extends ClientSuite {
    private static final String DEFAULT = "slirp4netns";

    /// The same for datagrams on UDP port 81. A shell that ends before it is given one breaks socat's pipe to it.
    private static final String DATAGRAM_SERVER =
            "socat UDP4-RECVFROM:81,fork 'SYSTEM:read -r line; echo from $SOCAT_PEERADDR' &\n";

    @BeforeEach
    void makeImage() {
        if (makeMachine()) {
            machine().run("sh", "-euc", "tar -C " + machine().makeRootDirectory() + " -c . | podman import - test");
        }
    }

    /// What a test that failed has left is not for the next one.
    @AfterEach
    void removeContainers() {
        machine().run("podman", "rm", "--all", "--force", "--time=0");
    }

    @Test
    void shouldReachTheInternetButNotTheHostsLoopback() {
        final Traces before = Traces.of(machine());
        assertEquals(
                reachedInternet(MTU) + reachedInternet6() + CLOSED,
                run(DEFAULT, reachInternet() + reachInternet6() + hostLoopbackIsClosed()));
        machine().awaitNothingBut(before);
    }

    @Test
    void shouldReachTheHostsLoopbackWhereAllowed() {
        final String script =
                reachInternet6() + askHostLoopback() + "socat -u TCP6:[fd00::2]:" + Internet.WHO_PORT + " -";
        assertEquals(reachedInternet6() + HOST + HOST6, run(DEFAULT + ":allow_host_loopback=true", script));
    }

    @Test
    void shouldObeyOptionsOfTheNetwork() {
        assertEquals(
                "mtu 1500\n10.7.0.100/24\nnameserver 10.7.0.3\ninternet " + Lab.HOST_ADDRESS + "\nno IPv6\n",
                run(
                        DEFAULT + ":cidr=10.7.0.0/24,mtu=1500,enable_ipv6=false,outbound_addr=" + Lab.HOST_ADDRESS,
                        "ip link show tap0 | grep -o 'mtu 1500'; ip address show tap0 | grep -o '10.7.0.100/24'; grep -F 10.7.0.3"
                                + " /etc/resolv.conf; socat -u TCP4:" + Internet.NAME + ":" + Internet.WHO_PORT
                                + " -; ip -6 route | grep -q ^default || echo no IPv6"));
    }

    @ParameterizedTest
    @CsvSource({"rootlesskit, 10.0.2.100, 10.0.2.100", "slirp4netns, 198.51.100.2, 10.0.2.2"})
    void shouldPublishPortsAndLeaveNothingWhenStopped(
            final String handler, final String internetsAddress, final String hostsAddress) {
        final Traces before = Traces.of(machine());
        final String network = DEFAULT + ":port_handler=" + handler;
        machine()
                .run(
                        "podman",
                        "run",
                        "-d",
                        "--name=server",
                        "--network=" + network,
                        "-p" + PUBLISHED_PORT + ":80",
                        "-p" + PUBLISHED_PORT + ":81/udp",
                        "test",
                        "sh",
                        "-euc",
                        DATAGRAM_SERVER + SERVER);
        final String published = Lab.HOST_ADDRESS + ":" + PUBLISHED_PORT;
        assertEquals("from " + internetsAddress + "\n", machine().answerTo("TCP4:" + published));
        assertEquals("from " + internetsAddress + "\n", machine().answerTo("UDP4:" + published));
        assertEquals("from " + hostsAddress + "\n", machine().hostsAnswerTo("TCP4:127.0.0.1:" + PUBLISHED_PORT));
        assertHardened();
        assertEquals("server\n", machine().run("podman", "stop", "-t0", "server"));
        assertEquals("server\n", machine().run("podman", "rm", "server"));
        if (subject.leavesApiSocket()) {
            machine().asRoot("find", machine().runtime(), "-type", "s", "-name", "*.net", "-delete");
        }
        machine().awaitNothingBut(before);
        assertTrue(machine().refuses("TCP4:" + published));
    }

    private static String run(final String network, final String script) {
        return machine().run("podman", "run", "--rm", "--network", network, "test", "sh", "-euc", script);
    }
}
