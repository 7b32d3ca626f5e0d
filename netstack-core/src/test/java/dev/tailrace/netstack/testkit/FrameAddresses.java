package dev.tailrace.netstack.testkit;

/// The four addresses of a segment and its Ethernet addresses (low 48 bits), from the sender's side.
public record FrameAddresses(
        long sourceMac, long destinationMac, int source, int sourcePort, int destination, int destinationPort) {}
