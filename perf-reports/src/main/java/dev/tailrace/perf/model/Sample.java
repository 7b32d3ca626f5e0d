package dev.tailrace.perf.model;

/// One transfer.
///
/// @param run number of the block of runs it belongs to, from 0
/// @param receivedBytes what the receiver got
/// @param seconds how long the receiver measured
/// @param retransmits segments that the sender's kernel sent again
/// @param cpuSeconds processor time of the backend, user and system, during the transfer; 0 if it has no process
public record Sample(int run, long receivedBytes, double seconds, long retransmits, double cpuSeconds) {
    private static final double BYTES_PER_GIB = 1L << 30;

    /// Payload rate in Gbit/s, seen by the receiver.
    public double gigabitsPerSecond() {
        return receivedBytes * 8 / seconds / 1e9;
    }

    /// Processor seconds of the backend for each GiB of payload.
    public double cpuSecondsPerGib() {
        return cpuSeconds * BYTES_PER_GIB / receivedBytes;
    }
}
