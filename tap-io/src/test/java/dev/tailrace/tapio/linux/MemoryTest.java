package dev.tailrace.tapio.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryTest {
    private static final int SMALL = 100;
    private static final int MANY = 4_000;
    private static final int LARGE = 1 << 20;

    @ParameterizedTest
    @ValueSource(ints = {1, 16 * 1024, 16 * 1024 + 1, 144 * 1024, 144 * 1024 + 1})
    void shouldBeginWithZeroes(final int lengthBytes) {
        for (int round = 0; round < 3; round++) {
            try (Memory memory = Memory.region(lengthBytes)) {
                assertEquals(lengthBytes, memory.buffer().capacity());
                for (int i = 0; i < lengthBytes; i++) {
                    assertEquals(0, memory.buffer().getByte(i));
                }
                memory.buffer().setMemory(0, lengthBytes, (byte) 0xa5);
            }
        }
    }

    @Test
    void shouldUseASmallRegionAgain() {
        final Memory first = Memory.region(SMALL);
        first.close();
        try (Memory second = Memory.region(2 * SMALL)) {
            assertEquals(first.address(), second.address());
        }
    }

    @Test
    void shouldGiveARegionToOneOnly() {
        final Memory closedTwice = Memory.region(SMALL);
        closedTwice.close();
        closedTwice.close();
        try (Memory one = Memory.region(SMALL);
                Memory other = Memory.region(SMALL)) {
            assertNotEquals(one.address(), other.address());
        }
    }

    /// The JVM maps memory of its own meanwhile, up to 128 MiB at once for a thread that begins to
    /// allocate (malloc's arenas): half of what is given back is far more than that.
    @ParameterizedTest
    @ValueSource(ints = {LARGE / 8, LARGE})
    void shouldGiveManyRegionsBack(final int lengthBytes) throws IOException {
        final List<Memory> all = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            all.add(Memory.region(lengthBytes));
        }
        final long before = mapped();
        all.forEach(Memory::close);
        final long after = mapped();
        assertTrue(after < before - MANY / 2L * lengthBytes, before + " bytes were mapped, and then " + after);
    }

    @Test
    void shouldNotAllocateMoreThanThereIs() {
        try (Memory memory = Memory.region(SMALL)) {
            memory.allocate(SMALL);
            assertThrows(IllegalStateException.class, () -> memory.allocate(1));
        }
    }

    private static long mapped() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmSize:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
                .findFirst()
                .orElseThrow();
    }
}
