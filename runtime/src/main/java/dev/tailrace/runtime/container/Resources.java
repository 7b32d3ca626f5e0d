package dev.tailrace.runtime.container;

import java.util.Set;
import java.util.TreeSet;

/// What a container may take of the machine; 0 is no limit.
///
/// @param swapBytes memory and swap together; -1 for no limit on swap
/// @param nanoProcessors processors, in billionths
/// @param shares weight among others that want the processor, 1024 by default
/// @param quotaUs of processor time in each `periodUs`; instead of `nanoProcessors`
/// @param processes tasks; -1 for no limit
public record Resources(
        long memoryBytes,
        long swapBytes,
        long nanoProcessors,
        long shares,
        long quotaUs,
        long periodUs,
        long processes) {
    public static final Resources NONE = new Resources(0, 0, 0, 0, 0, 0, 0);

    /// One limit of each kind, to ask which are held.
    public static final Resources MEMORY = new Resources(1, 0, 0, 0, 0, 0, 0);

    public static final Resources PROCESSORS = new Resources(0, 0, 1, 0, 0, 0, 0);
    public static final Resources PROCESSES = new Resources(0, 0, 0, 0, 0, 0, 1);

    /// The controllers that hold these limits (Documentation/admin-guide/cgroup-v2.rst).
    public Set<String> controllers() {
        final Set<String> needed = new TreeSet<>();
        if (nanoProcessors > 0 || shares > 0 || quotaUs > 0) {
            needed.add("cpu");
        }
        if (memoryBytes > 0) {
            needed.add("memory");
        }
        if (processes > 0) {
            needed.add("pids");
        }
        return needed;
    }

    /// What this one does not say is as it was.
    public Resources over(final Resources before) {
        return new Resources(
                memoryBytes == 0 ? before.memoryBytes : memoryBytes,
                swapBytes == 0 ? before.swapBytes : swapBytes,
                nanoProcessors == 0 ? before.nanoProcessors : nanoProcessors,
                shares == 0 ? before.shares : shares,
                quotaUs == 0 ? before.quotaUs : quotaUs,
                periodUs == 0 ? before.periodUs : periodUs,
                processes == 0 ? before.processes : processes);
    }
}
