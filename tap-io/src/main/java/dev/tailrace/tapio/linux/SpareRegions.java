package dev.tailrace.tapio.linux;

import org.jspecify.annotations.Nullable;

/// Regions of one length that were closed and wait for who needs one next, as they were left. To unmap one the kernel
/// interrupts every processor that runs a thread of ours (0.05 to 0.15 ms in a virtual machine), and what the system
/// calls of a container's start need would be mapped and unmapped thirty times. Safe for several threads.
final class SpareRegions {
    private static final SpareRegions SMALL = new SpareRegions(16 * 1024, 16);
    private static final SpareRegions MEDIUM = new SpareRegions(144 * 1024, 4);

    private final int lengthBytes;

    // Guarded by this.
    private final long[] addresses;
    private int count;

    private SpareRegions(final int lengthBytes, final int most) {
        this.lengthBytes = lengthBytes;
        this.addresses = new long[most];
    }

    /// Those that `lengthBytes` fit into; null if that is too much, or nothing.
    static @Nullable SpareRegions of(final int lengthBytes) {
        if (lengthBytes <= 0) {
            return null;
        }
        return lengthBytes <= SMALL.lengthBytes ? SMALL : lengthBytes <= MEDIUM.lengthBytes ? MEDIUM : null;
    }

    int lengthBytes() {
        return lengthBytes;
    }

    /// Address of one, with what its last user wrote; 0 if there is none.
    synchronized long take() {
        return count == 0 ? 0 : addresses[--count];
    }

    /// @return false if there are enough: the region stays the caller's
    synchronized boolean give(final long address) {
        if (count == addresses.length) {
            return false;
        }
        addresses[count++] = address;
        return true;
    }
}
