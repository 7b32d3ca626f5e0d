package dev.tailrace.runtime.network;

import dev.tailrace.netstack.ip.Ipv6Network;
import dev.tailrace.netstack.wire.IpAddress;
import dev.tailrace.netstack.wire.IpLiteral;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/// Chooses the addresses of a new network, or takes those that are asked for. Throws [NetworkException] in Docker's
/// words.
public final class SubnetPlanner {
    private static final int FIRST_OF_16 = 0xac12_0000;
    private static final int LAST_OF_16 = 0xac1f_0000;
    private static final int STEP_OF_16 = 0x0001_0000;
    private static final int FIRST_OF_20 = 0xc0a8_0000;
    private static final int LAST_OF_20 = 0xc0a8_f000;
    private static final int STEP_OF_20 = 0x0000_1000;

    /// fd00::/8 (RFC 4193 section 3.1).
    private static final long UNIQUE_LOCAL = 0xfd00_0000_0000_0000L;

    private static final long UNIQUE_LOCAL_BITS = 0x00ff_ffff_ffff_0000L;

    private final Collection<NetworkAddresses> others;
    private final List<Subnet> ofHost;
    private final RandomGenerator random;

    /// @param others networks that there are, but for the default one
    /// @param ofHost what the host reaches by its own routes: not chosen, but taken where it is asked for
    public SubnetPlanner(
            final Collection<NetworkAddresses> others, final List<Subnet> ofHost, final RandomGenerator random) {
        this.others = others;
        this.ofHost = List.copyOf(ofHost);
        this.random = random;
    }

    /// A wish for a range of addresses: an element of `IPAM.Config`. What is empty is chosen.
    ///
    /// @param reserved addresses that something else has
    public record Wish(String subnet, String gateway, String range, Collection<String> reserved) {
        boolean isIpv6() {
            return subnet.contains(":") || gateway.contains(":");
        }
    }

    /// @param isIpv6 whether the network has IPv6, too
    public NetworkAddresses plan(final List<Wish> wishes, final boolean isIpv6) {
        final List<Wish> ipv4 = new ArrayList<>();
        final List<Wish> ipv6 = new ArrayList<>();
        wishes.forEach(wish -> (wish.isIpv6() ? ipv6 : ipv4).add(wish));
        if (ipv4.size() > 1 || ipv6.size() > 1) {
            throw new NetworkException("bridge driver doesn't support multiple subnets");
        }
        final NetworkAddresses plan = planIpv4(ipv4.isEmpty() ? new Wish("", "", "", List.of()) : ipv4.getFirst());
        final Optional<Ipv6Network> network6 =
                isIpv6 ? Optional.of(ipv6.isEmpty() ? chooseIpv6() : givenIpv6(ipv6.getFirst())) : Optional.empty();
        return new NetworkAddresses(plan.subnet(), plan.gateway(), plan.range(), plan.reserved(), network6);
    }

    private NetworkAddresses planIpv4(final Wish wish) {
        final Subnet subnet = wish.subnet().isEmpty() ? choose() : given(wish.subnet());
        final int gateway = wish.gateway().isEmpty() ? subnet.address() + 1 : inside(subnet, "gateway", wish.gateway());
        Subnet range = subnet;
        if (!wish.range().isEmpty()) {
            range = Subnet.around(wish.range())
                    .orElseThrow(() -> invalid("invalid ip-range " + wish.range() + ": invalid CIDR block notation"));
            if (!subnet.contains(range)) {
                throw invalid(
                        "invalid ip-range " + wish.range() + ": parent subnet " + subnet + " doesn't contain ip-range");
            }
        }
        final Set<Integer> reserved = new HashSet<>();
        wish.reserved().forEach(address -> reserved.add(inside(subnet, "auxiliary address", address)));
        return new NetworkAddresses(subnet, gateway, range, reserved, Optional.empty());
    }

    private Subnet given(final String text) {
        final Subnet subnet = Subnet.around(text)
                .orElseThrow(() -> invalid("invalid subnet " + text + ": invalid CIDR block notation"));
        if (!subnet.toString().equals(text)) {
            throw invalid("invalid subnet " + text + ": it should be " + subnet);
        }
        if (subnet.prefixLength() < BridgeConfig.MIN_PREFIX_LENGTH
                || subnet.prefixLength() > BridgeConfig.MAX_PREFIX_LENGTH) {
            throw invalid("invalid subnet " + text + ": prefixes of " + BridgeConfig.MIN_PREFIX_LENGTH + " to "
                    + BridgeConfig.MAX_PREFIX_LENGTH + " bits are supported");
        }
        if (isTaken(subnet)) {
            throw new NetworkException("invalid pool request: Pool overlaps with other one on this address space");
        }
        return subnet;
    }

    /// The first of Docker's pools that neither a network nor the host has.
    private Subnet choose() {
        for (int address = FIRST_OF_16; address <= LAST_OF_16; address += STEP_OF_16) {
            final Subnet subnet = new Subnet(address, 16);
            if (isFree(subnet)) {
                return subnet;
            }
        }
        for (int address = FIRST_OF_20; address <= LAST_OF_20; address += STEP_OF_20) {
            final Subnet subnet = new Subnet(address, 20);
            if (isFree(subnet)) {
                return subnet;
            }
        }
        throw new NetworkException("all predefined address pools have been fully subnetted");
    }

    private boolean isFree(final Subnet subnet) {
        return !isTaken(subnet) && ofHost.stream().noneMatch(subnet::overlaps);
    }

    private boolean isTaken(final Subnet subnet) {
        final BridgeConfig usual = BridgeConfig.ofDocker();
        return subnet.overlaps(new Subnet(usual.network(), usual.prefixLength()))
                || others.stream().anyMatch(other -> other.subnet().overlaps(subnet));
    }

    private static int inside(final Subnet subnet, final String what, final String text) {
        final long address = IpAddress.parseIpv4(text);
        if (address < 0) {
            throw invalid("invalid " + what + " " + text + ": not an IPv4 address");
        }
        if (!subnet.contains((int) address)) {
            throw invalid(
                    "invalid " + what + " " + text + ": parent subnet " + subnet + " doesn't contain this address");
        }
        if ((int) address == subnet.address() || (int) address == subnet.last()) {
            throw invalid("invalid " + what + " " + text + ": it is the network or broadcast address of " + subnet);
        }
        return (int) address;
    }

    private Ipv6Network givenIpv6(final Wish wish) {
        final int slash = wish.subnet().indexOf('/');
        final IpLiteral literal =
                slash < 0 ? null : IpLiteral.parse(wish.subnet().substring(0, slash));
        if (literal == null || literal.isIpv4()) {
            throw invalid("invalid subnet " + wish.subnet() + ": invalid CIDR block notation");
        }
        if (!wish.subnet().substring(slash + 1).equals(Integer.toString(Ipv6Network.PREFIX_LENGTH))
                || literal.lo() != 0
                || !Ipv6Network.isUnicast(literal.hi(), 0)
                || Ipv6Network.isLinkLocal(literal.hi())) {
            throw invalid("invalid subnet " + wish.subnet() + ": an IPv6 network has to be a /64 of unicast addresses");
        }
        final Ipv6Network network = new Ipv6Network(literal.hi());
        final IpLiteral gateway = IpLiteral.parse(wish.gateway());
        if (!wish.gateway().isEmpty()
                && (gateway == null || gateway.hi() != network.prefix() || gateway.lo() != Ipv6Network.GATEWAY_LO)) {
            throw invalid("invalid gateway " + wish.gateway() + ": this engine's IPv6 gateway is always "
                    + IpAddress.format(network.prefix(), Ipv6Network.GATEWAY_LO));
        }
        if (!wish.range().isEmpty()) {
            throw invalid("invalid ip-range " + wish.range() + ": not supported for IPv6");
        }
        if (isTaken(network)) {
            throw new NetworkException("invalid pool request: Pool overlaps with other one on this address space");
        }
        return network;
    }

    private Ipv6Network chooseIpv6() {
        while (true) {
            final Ipv6Network network = new Ipv6Network(UNIQUE_LOCAL | random.nextLong() & UNIQUE_LOCAL_BITS);
            if (!isTaken(network)) {
                return network;
            }
        }
    }

    private boolean isTaken(final Ipv6Network network) {
        return network.equals(BridgeConfig.ofDocker().ipv6())
                || others.stream()
                        .anyMatch(other -> other.ipv6().filter(network::equals).isPresent());
    }

    private static NetworkException invalid(final String message) {
        return new NetworkException("invalid network config: " + message);
    }
}
