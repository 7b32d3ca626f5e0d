package dev.tailrace.runtime.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.netstack.ip.Ipv6Network;
import dev.tailrace.netstack.wire.IpAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SubnetPlannerTest {
    private static NetworkAddresses plan(final String subnet, final String gateway, final String range) {
        return planner(List.of(), List.of())
                .plan(List.of(new SubnetPlanner.Wish(subnet, gateway, range, List.of())), false);
    }

    private static SubnetPlanner planner(final List<NetworkAddresses> others, final List<Subnet> ofHost) {
        return new SubnetPlanner(others, ofHost, new Random(1));
    }

    private static NetworkAddresses any(final List<NetworkAddresses> others, final List<Subnet> ofHost) {
        return planner(others, ofHost).plan(List.of(), false);
    }

    @Test
    void shouldChooseWhatNobodyHas() {
        final NetworkAddresses first = any(List.of(), List.of());
        assertEquals("172.18.0.0/16", first.subnet().toString());
        assertEquals("172.18.0.1", first.gatewayText());
        assertEquals("172.18.255.254", IpAddress.formatIpv4(first.nameServer()));
        assertEquals("172.19.0.0/16", any(List.of(first), List.of()).subnet().toString());
        final List<Subnet> ofHost = List.of(
                Subnet.around("172.19.3.0/24").orElseThrow(),
                Subnet.around("172.16.0.0/12").orElseThrow());
        assertEquals("192.168.0.0/20", any(List.of(), ofHost).subnet().toString());
    }

    @Test
    void shouldTellWhenAllAreTaken() {
        final List<NetworkAddresses> all = new ArrayList<>();
        while (all.size() < 30) {
            all.add(any(all, List.of()));
        }
        assertEquals(30, new HashSet<>(all).size());
        assertEquals("192.168.240.0/20", all.getLast().subnet().toString());
        assertEquals(
                "all predefined address pools have been fully subnetted",
                assertThrows(NetworkException.class, () -> any(all, List.of())).getMessage());
    }

    @Test
    void shouldTakeWhatIsGiven() {
        final NetworkAddresses given = plan("10.5.0.0/24", "10.5.0.254", "10.5.0.128/25");
        assertEquals("10.5.0.0/24", given.subnet().toString());
        assertEquals("10.5.0.254", given.gatewayText());
        assertEquals("10.5.0.128/25", given.range().toString());
        assertEquals("10.5.0.253", IpAddress.formatIpv4(given.nameServer()), "beside the gateway");
        assertEquals(Optional.empty(), given.ipv6());
        // The host's own networks are the user's to choose.
        final SubnetPlanner onHost =
                planner(List.of(), List.of(Subnet.around("10.5.0.0/16").orElseThrow()));
        assertEquals(
                given,
                onHost.plan(
                        List.of(new SubnetPlanner.Wish("10.5.0.0/24", "10.5.0.254", "10.5.0.128/25", List.of())),
                        false));
    }

    @Test
    void shouldKeepReservedAddresses() {
        final NetworkAddresses given = planner(List.of(), List.of())
                .plan(List.of(new SubnetPlanner.Wish("10.5.0.0/24", "", "", List.of("10.5.0.254", "10.5.0.2"))), false);
        assertEquals(Set.of(0x0a05_00fe, 0x0a05_0002), given.reserved());
        assertEquals("10.5.0.253", IpAddress.formatIpv4(given.nameServer()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "10.5.0.1/24|''|''|invalid network config: invalid subnet 10.5.0.1/24: it should be 10.5.0.0/24",
                "10.5.0.0|''|''|invalid network config: invalid subnet 10.5.0.0: invalid CIDR block notation",
                "10.5.0/24|''|''|invalid network config: invalid subnet 10.5.0/24: invalid CIDR block notation",
                "10.5.0.0/30|''|''|invalid network config: invalid subnet 10.5.0.0/30: prefixes of 8 to 29 bits are supported",
                "172.17.5.0/24|''|''|invalid pool request: Pool overlaps with other one on this address space",
                "10.5.0.0/24|10.6.0.1|''|invalid network config: invalid gateway 10.6.0.1: parent subnet 10.5.0.0/24 doesn't"
                        + " contain this address",
                "10.5.0.0/24|''|10.6.0.0/25|invalid network config: invalid ip-range 10.6.0.0/25: parent subnet 10.5.0.0/24"
                        + " doesn't contain ip-range",
            })
    void shouldRefuse(final String subnet, final String gateway, final String range, final String message) {
        assertEquals(
                message,
                assertThrows(NetworkException.class, () -> plan(subnet, gateway, range))
                        .getMessage());
    }

    @Test
    void shouldRefuseWhatAnotherNetworkHas() {
        final NetworkAddresses first = plan("10.5.0.0/16", "", "");
        final SubnetPlanner planner = planner(List.of(first), List.of());
        final List<SubnetPlanner.Wish> wishes = List.of(new SubnetPlanner.Wish("10.5.7.0/24", "", "", List.of()));
        assertEquals(
                "invalid pool request: Pool overlaps with other one on this address space",
                assertThrows(NetworkException.class, () -> planner.plan(wishes, false))
                        .getMessage());
    }

    @Test
    void shouldHaveIpv6() {
        final NetworkAddresses chosen = planner(List.of(), List.of()).plan(List.of(), true);
        assertTrue(chosen.ipv6Subnet().orElseThrow().matches("fd[0-9a-f:]+::/64"), chosen.toString());
        final SubnetPlanner.Wish given = new SubnetPlanner.Wish("2001:db8:5::/64", "2001:db8:5::2", "", List.of());
        final NetworkAddresses both = planner(List.of(), List.of()).plan(List.of(given), true);
        assertEquals(Optional.of(new Ipv6Network(0x2001_0db8_0005_0000L)), both.ipv6());
        assertEquals("172.18.0.0/16", both.subnet().toString());
        for (final String bad : List.of("2001:db8:5::/80", "2001:db8:5::1/64", "fe80::/64", "ff02::/64", "x:/64")) {
            final List<SubnetPlanner.Wish> wishes = List.of(new SubnetPlanner.Wish(bad, "", "", List.of()));
            assertThrows(
                    NetworkException.class, () -> planner(List.of(), List.of()).plan(wishes, true), bad);
        }
    }

    @Test
    void shouldReadTheHostsRoutes() {
        final List<String> table = List.of(
                "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT",
                "eth0\t00000000\t0100A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0",
                "eth0\t0000A8C0\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0");
        assertEquals(List.of(Subnet.around("192.168.0.0/16").orElseThrow()), HostRoutes.of(table));
    }
}
