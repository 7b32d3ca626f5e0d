package dev.tailrace.runtime.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tailrace.netstack.ip.VirtualNetwork;
import dev.tailrace.netstack.wire.IpAddress;
import dev.tailrace.netstack.wire.MacAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AddressPoolTest {
    private static AddressPool pool(final int network, final int prefixLength) {
        return new AddressPool(new BridgeConfig(network, prefixLength, 1500, null, true).virtualNetwork());
    }

    @Test
    void shouldGiveTheLowestFreeAddress() {
        final AddressPool pool = pool(0xac11_0000, 16);
        assertEquals("172.17.0.2", IpAddress.formatIpv4(pool.take()));
        final int second = pool.take();
        assertEquals("172.17.0.3", IpAddress.formatIpv4(second));
        assertEquals("172.17.0.4", IpAddress.formatIpv4(pool.take()));
        pool.free(second);
        assertEquals(second, pool.take());
        assertEquals("172.17.0.5", IpAddress.formatIpv4(pool.take()));
    }

    @Test
    void shouldKeepWhatIsTheBridges() {
        final AddressPool pool = pool(0x0a01_0008, 29);
        final List<String> given = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            given.add(IpAddress.formatIpv4(pool.take()));
        }
        // .8 is the network, .9 the gateway, .14 the name server, .15 broadcast.
        assertEquals(List.of("10.1.0.10", "10.1.0.11", "10.1.0.12", "10.1.0.13"), given);
        final NetworkException failure = assertThrows(NetworkException.class, pool::take);
        assertEquals("no available IPv4 addresses on this network's address pools: bridge", failure.getMessage());
    }

    @Test
    void shouldGiveWhatIsWishedAndChooseInItsRange() {
        final VirtualNetwork network = new BridgeConfig(0x0a05_0000, 24, 1500, null, true).virtualNetwork();
        final AddressPool pool = new AddressPool(network, new Subnet(0x0a05_0008, 29), Set.of(0x0a05_0009), "mine");
        assertEquals("10.5.0.8", IpAddress.formatIpv4(pool.take()));
        assertEquals("10.5.0.10", IpAddress.formatIpv4(pool.take()));
        pool.take(0x0a05_0007);
        for (final int taken : new int[] {0x0a05_0007, 0x0a05_0001, 0x0a05_00fe, 0x0a05_0009, 0x0a05_0000}) {
            assertEquals(
                    "Address already in use",
                    assertThrows(NetworkException.class, () -> pool.take(taken)).getMessage());
        }
        assertEquals(
                "no configured subnet contains IP address 10.6.0.1",
                assertThrows(NetworkException.class, () -> pool.take(0x0a06_0001))
                        .getMessage());
        for (int i = 0; i < 5; i++) {
            pool.take();
        }
        assertEquals(
                "no available IPv4 addresses on this network's address pools: mine",
                assertThrows(NetworkException.class, pool::take).getMessage());
    }

    @Test
    void shouldMakeTheOthersOfIt() {
        assertEquals("02:42:ac:11:01:02", MacAddress.format(AddressPool.mac(0xac11_0102)));
        assertEquals("fd00::242:ac11:102", IpAddress.format(0xfd00_0000_0000_0000L, AddressPool.ipv6Lo(0xac11_0102)));
    }

    @Test
    void shouldRefuseWhatIsNoNetwork() {
        assertEquals(
                "the network has host bits set beyond /16",
                assertThrows(NetworkException.class, () -> pool(0xac11_0001, 16))
                        .getMessage());
        assertEquals(
                "mtu 65521 is not in 1280 to 65520",
                assertThrows(
                                NetworkException.class,
                                () -> BridgeConfig.ofDocker().withMtu(65_521))
                        .getMessage());
        assertEquals(
                "prefix length 30 is not in 8 to 29",
                assertThrows(NetworkException.class, () -> pool(0xac11_0000, 30))
                        .getMessage());
    }
}
