package dev.tailrace.perf.lab;

import jnr.ffi.Pointer;

/// What a process used that has ended, together with its children that it waited for; getrusage(2).
///
/// @param cpuSeconds user and system time
/// @param peakResidentBytes never less than what this JVM had resident when it started the process, whose life begins
/// in our memory: for small programs, `VmHWM` of the living process says more (see [ProcessUsage#peakResidentBytes])
public record ResourceUsage(double cpuSeconds, long peakResidentBytes) {
    /// Of `struct rusage` on Linux with 64 bits: two times of two longs each, and 14 longs.
    static final int RUSAGE_BYTES = 144;

    private static final int USER_SECONDS = 0;
    private static final int USER_MICROS = 8;
    private static final int SYSTEM_SECONDS = 16;
    private static final int SYSTEM_MICROS = 24;
    private static final int MAX_RESIDENT_KIB = 32;
    private static final double MICROS_PER_SECOND = 1e6;
    private static final int BYTES_PER_KIB = 1024;

    static ResourceUsage of(final Pointer rusage) {
        final long seconds = rusage.getLong(USER_SECONDS) + rusage.getLong(SYSTEM_SECONDS);
        final long micros = rusage.getLong(USER_MICROS) + rusage.getLong(SYSTEM_MICROS);
        return new ResourceUsage(
                seconds + micros / MICROS_PER_SECOND, rusage.getLong(MAX_RESIDENT_KIB) * BYTES_PER_KIB);
    }
}
