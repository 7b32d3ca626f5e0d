package dev.tailrace.netstack.ip;

/// Of a bridge whose addresses somebody has chosen.
///
/// @param gateway host order, in the network
/// @param nameServer host order, in the network, another one
/// @param isInternal whether nothing leads out of it: guests reach each other and the name server
public record BridgeAddresses(int gateway, int nameServer, boolean isInternal) {}
