package dev.tailrace.runtime.network;

import dev.tailrace.netstack.ip.VirtualNetwork;
import dev.tailrace.netstack.wire.IpAddress;
import java.util.BitSet;
import java.util.Set;

/// The addresses of a bridge's guests: IPv4 as it comes or as it is wished, all else made of it. Safe for several
/// threads.
final class AddressPool {
    /// 02:42 and the IPv4 address, as Docker has it.
    private static final long MAC_PREFIX = 0x0242_0000_0000L;

    private static final long LOW_32_BITS = 0xffff_ffffL;

    private final VirtualNetwork network;
    private final Subnet range;
    private final String name;
    private final BitSet taken = new BitSet();

    /// Network, gateway, name server and broadcast are never given.
    AddressPool(final VirtualNetwork network) {
        this(network, new Subnet(network.network(), network.prefixLength()), Set.of(), "bridge");
    }

    /// @param range what is given to those who wish none
    /// @param reserved given to nobody, host order
    /// @param name of the network, for the message
    AddressPool(final VirtualNetwork network, final Subnet range, final Set<Integer> reserved, final String name) {
        this.network = network;
        this.range = range;
        this.name = name;
        taken.set(0);
        reserve(network.gateway());
        reserve(network.nameServer());
        reserve(network.broadcast());
        reserved.forEach(this::reserve);
    }

    /// Takes the lowest free address of the range, host order.
    ///
    /// @throws NetworkException when all are taken
    synchronized int take() {
        final int number = taken.nextClearBit(range.address() - network.network());
        if (!range.contains(network.network() + number)) {
            throw new NetworkException("no available IPv4 addresses on this network's address pools: " + name);
        }
        taken.set(number);
        return network.network() + number;
    }

    /// Takes an address of the subnet, host order.
    ///
    /// @throws NetworkException when it is taken or none
    synchronized void take(final int address) {
        if (!network.contains(address)) {
            throw new NetworkException("no configured subnet contains IP address " + IpAddress.formatIpv4(address));
        }
        if (taken.get(address - network.network())) {
            throw new NetworkException("Address already in use");
        }
        reserve(address);
    }

    synchronized void free(final int address) {
        taken.clear(address - network.network());
    }

    /// The Ethernet address that goes with an address, in the low 48 bits.
    static long mac(final int address) {
        return MAC_PREFIX | (address & LOW_32_BITS);
    }

    /// Lower half of the IPv6 address that goes with an address: never one of the gateway's or the name server's.
    static long ipv6Lo(final int address) {
        return mac(address);
    }

    private void reserve(final int address) {
        taken.set(address - network.network());
    }
}
