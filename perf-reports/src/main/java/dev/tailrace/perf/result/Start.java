package dev.tailrace.perf.result;

import java.util.OptionalDouble;

/// What a backend took to start, in one block for one MTU.
///
/// @param readyMs from its start until it said it was ready; nothing if it does not say
/// @param peakResidentBytes the most memory it held until its end; nothing if it has no process
/// @param coldUpBitsPerSecond payload rate of the first transfer of its life, the warm-up, from the guest; nothing
/// without
/// @param coldDownBitsPerSecond the same to the guest, after the other
public record Start(
        String backend,
        int mtu,
        int block,
        OptionalDouble readyMs,
        OptionalDouble peakResidentBytes,
        OptionalDouble coldUpBitsPerSecond,
        OptionalDouble coldDownBitsPerSecond) {}
