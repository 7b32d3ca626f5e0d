package dev.tailrace.runtime.container.seccomp;

import dev.tailrace.tapio.linux.Memory;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Filters in memory, one for each set of capabilities, made when first asked for and kept for good: there are as
/// many as users think of. Safe for several threads.
public final class SeccompPrograms {
    /// struct sock_fprog (linux/filter.h): the number of instructions, and 8 bytes on their address.
    private static final int HEADER_LENGTH = 16;

    private final Map<Set<String>, Long> addresses = new ConcurrentHashMap<>();

    /// Address of the `struct sock_fprog` for a container with these capabilities.
    public long address(final Set<String> capabilities) {
        return addresses.computeIfAbsent(capabilities, SeccompPrograms::write);
    }

    @SuppressWarnings("resource")
    private static long write(final Set<String> capabilities) {
        final List<Long> code = DefaultProfile.code(capabilities);
        // Never closed: children may be about to use it.
        final Memory memory = Memory.region(HEADER_LENGTH + Long.BYTES * code.size());
        memory.buffer().putShort(0, (short) code.size());
        memory.buffer().putLong(Long.BYTES, memory.address() + HEADER_LENGTH);
        for (int i = 0; i < code.size(); i++) {
            memory.buffer().putLong(HEADER_LENGTH + Long.BYTES * i, code.get(i));
        }
        return memory.address();
    }
}
