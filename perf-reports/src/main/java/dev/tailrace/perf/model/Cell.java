package dev.tailrace.perf.model;

import dev.tailrace.perf.matrix.Direction;

/// One column of the comparison.
///
/// @param mtu of the guest's interface, in bytes
/// @param direction of the bulk of the bytes
public record Cell(int mtu, Direction direction) {}
