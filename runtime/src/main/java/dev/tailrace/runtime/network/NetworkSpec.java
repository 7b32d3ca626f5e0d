package dev.tailrace.runtime.network;

/// A network of the user's own, as it was made.
///
/// @param id 64 hexadecimal digits
/// @param mtu in bytes
/// @param isInternal whether nothing leads out of it
public record NetworkSpec(String id, String name, NetworkAddresses addresses, int mtu, boolean isInternal) {}
