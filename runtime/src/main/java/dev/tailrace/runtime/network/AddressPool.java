package dev.tailrace.runtime.network;

import dev.tailrace.netstack.ip.VirtualNetwork;
import java.util.BitSet;

/// The addresses of a bridge's guests: IPv4 as it comes, all else made of it. Safe for several threads.
final class AddressPool {
    /// 02:42 and the IPv4 address, as Docker has it.
    private static final long MAC_PREFIX = 0x0242_0000_0000L;

    private static final long LOW_32_BITS = 0xffff_ffffL;

    private final VirtualNetwork network;
    private final BitSet taken = new BitSet();

    /// Network, gateway, name server and broadcast are never given.
    AddressPool(final VirtualNetwork network) {
        this.network = network;
        taken.set(0);
        reserve(network.gateway());
        reserve(network.nameServer());
        reserve(network.broadcast());
    }

    /// Takes the lowest free address, host order.
    ///
    /// @throws NetworkException when all are taken
    synchronized int take() {
        final int number = taken.nextClearBit(0);
        if (!network.contains(network.network() + number)) {
            throw new NetworkException("no available IPv4 addresses on this network's address pools: bridge");
        }
        taken.set(number);
        return network.network() + number;
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
