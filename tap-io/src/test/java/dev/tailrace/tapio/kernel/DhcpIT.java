package dev.tailrace.tapio.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Addresses by DHCP, asked for by busybox's client.
class DhcpIT extends KernelSuite {
    @ParameterizedTest
    @CsvSource({
        "10.0.2.0/24,    10.0.2.15,   255.255.255.0,   10.0.2.2,    10.0.2.3",
        "10.9.8.128/25,  10.9.8.143,  255.255.255.128, 10.9.8.130,  10.9.8.131",
    })
    void shouldOfferAnAddress(
            final String cidr, final String ip, final String mask, final String router, final String dns)
            throws IOException {
        final Network network = newNetwork("--cidr=" + cidr);
        assertEquals(List.of("bound", ip, mask, router, dns, "86400"), lease(network));
    }

    @Test
    void shouldOfferTheSameAddressAgain() throws IOException {
        final Network network = newNetwork();
        final List<String> first = lease(network);
        assertEquals(first, lease(network));
        network.guest().shell("ip link set tap0 down; ip link set tap0 address 02:00:00:00:00:99");
        assertEquals("10.0.2.16", lease(network).get(1), "another client");
    }

    @Test
    void shouldServeAGuestThatConfiguredItselfByIt() throws IOException {
        final Network network = newNetwork();
        final List<String> lease = lease(network);
        network.guest()
                .shell("ip address add " + lease.get(1) + "/24 dev tap0; ip route add default via " + lease.get(3));
        network.guest().run("ping", "-c1", "-W10", FAR);
    }

    private static List<String> lease(final Network network) throws IOException {
        final Path script = lab().directory().resolve("udhcpc.sh");
        Files.writeString(script, """
                #!/bin/sh
                if [ "$1" = bound ]; then
                    printf '%s\\n' "$1" "$ip" "$subnet" "$router" "$dns" "$lease"
                fi
                """);
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        network.guest().run("ip", "link", "set", "tap0", "up");
        return network.guest()
                .run("busybox", "udhcpc", "-f", "-q", "-n", "-i", "tap0", "-s", script.toString())
                .lines()
                .toList();
    }
}
