package dev.tailrace.tapio.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.tapio.lab.Await;
import dev.tailrace.tapio.lab.Place;
import dev.tailrace.tapio.lab.Program;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// What the guest's kernel makes of the router's advertisements and of its neighbours.
class RouterAdvertisementIT extends KernelSuite {
    /// RDNSS (RFC 8106 section 5.1): type 25, three times 8 bytes; then the lifetime, and fd00::3.
    private static final String NAME_SERVER_OPTION = "19030000........" + "fd00000000000000" + "0000000000000003";

    @Override
    Family family() {
        return Family.IPV6;
    }

    @Test
    void shouldHaveAddressAndRouteAsSoonAsItIsReady() {
        final Network network = newNetwork("-c", "-6", "--mtu=1400");
        final long beginNs = System.nanoTime();
        final String address = network.address6();
        System.out.printf("%s: IPv6 address %.0f ms after ready%n", subject, (System.nanoTime() - beginNs) / 1e6);
        assertTrue(address.startsWith("fd00::"), address);
        final String route = network.guest().run("ip", "-6", "route", "show", "default");
        assertTrue(route.startsWith("default via fe80::2 dev tap0 proto ra "), route);
        assertEquals("0", setting(network.guest(), "accept_dad"));
        assertEquals("1400", setting(network.guest(), "mtu"));
        network.guest().run("ping", "-n", "-c1", "-W10", Network.GATEWAY6);
    }

    @Test
    void shouldAdvertiseAnotherPrefix() {
        final Network network = newNetwork("-c", "-6", "--cidr6=fd12:3456:0:7::/64");
        final String address = network.address6();
        assertTrue(address.startsWith("fd12:3456:0:7:"), address);
        network.guest().run("ping", "-n", "-c1", "-W10", "fd12:3456:0:7::2");
    }

    @Test
    void shouldServeAGuestThatLooksForDuplicates() {
        final Network network = newNetwork("-6");
        final Place guest = network.guest();
        final Path heard = lab().directory().resolve("advertisement");
        final Program socat = guest.start("socat", "-u", "-b2000", "IP6-RECV:58", "OPEN:" + heard + ",creat,trunc");
        Await.until(
                () -> "a raw socket of " + socat, () -> guest.run("ss", "-Hwln").contains("58"));
        guest.shell("ip link set lo up; ip link set tap0 up");
        final String address = network.address6();
        assertEquals("1", setting(guest, "accept_dad"));
        assertFalse(guest.run("ip", "-6", "address").contains("dadfailed"));
        guest.run("ping", "-n", "-c1", "-W10", "-I", address, Network.GATEWAY6);
        Await.until(
                () -> "a name server in the advertisement " + bash(guest, "od -An -v -tx1 " + heard),
                () -> bash(guest, "od -An -v -tx1 " + heard + " | tr -d ' \\n'")
                        .matches("(?s).*" + NAME_SERVER_OPTION + ".*"));
    }

    @Test
    void shouldTellAGuestThatItsAddressIsOurs() {
        final Network network = newNetwork("-6");
        final Place guest = network.guest();
        guest.shell("ip link set lo up; ip link set tap0 up");
        network.address6();
        guest.run("ip", "address", "add", Network.GATEWAY6 + "/64", "dev", "tap0");
        guest.run("ip", "address", "add", "fd00::77/64", "dev", "tap0");
        Await.until(
                () -> "a duplicate: " + guest.run("ip", "-6", "address"),
                () -> guest.run("ip", "-6", "-o", "address", "show", "dev", "tap0", "dadfailed")
                        .contains("fd00::2/64"));
        Await.until(
                () -> "no duplicate: " + guest.run("ip", "-6", "address"),
                () -> guest.run("ip", "-6", "-o", "address", "show", "dev", "tap0", "-tentative")
                        .contains("fd00::77/64"));
        assertEquals(
                1,
                guest.run("ip", "-6", "-o", "address", "show", "dev", "tap0", "dadfailed")
                        .lines()
                        .count());
    }

    private static String setting(final Place guest, final String name) {
        return guest.run("cat", "/proc/sys/net/ipv6/conf/tap0/" + name).strip();
    }
}
