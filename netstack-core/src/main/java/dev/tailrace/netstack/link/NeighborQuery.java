package dev.tailrace.netstack.link;

/// Asks the link who has an address: by ARP or by neighbour solicitation.
@FunctionalInterface
public interface NeighborQuery {
    /// Asks once; an answer reaches the [NeighborTable].
    void ask(long addressHi, long addressLo);
}
