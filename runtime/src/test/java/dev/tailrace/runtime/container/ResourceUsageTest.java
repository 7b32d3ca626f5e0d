package dev.tailrace.runtime.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.runtime.container.ResourceUsage.Traffic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// On a /proc of files, and on the real one.
final class ResourceUsageTest {
    @TempDir
    private Path proc;

    @Test
    void shouldAddUpWhatTheProcessesUse() throws IOException {
        write("stat", "cpu  10 20 30 40 50 60 70 80 900 900\ncpu0 1 2 3\ncpu1 1 2 3\nintr 5\n");
        write("meminfo", "MemTotal:       2048 kB\nMemFree:  1 kB\n");
        // The name may have anything in it.
        write("7/stat", "7 (a ) S x) S 1 7 7 0 -1 4194560 1 0 0 0 100 20 3 4 20 0 5 0 99 1 1\n");
        write("7/smaps_rollup", "00400000-7fff ---p 00000000 00:00 0 [rollup]\nRss: 900 kB\nPss: 100 kB\n");
        write("7/io", "rchar: 1\nread_bytes: 4096\nwrite_bytes: 8192\n");
        write("7/net/dev", """
                Inter-|   Receive                                                |  Transmit
                 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls
                    lo:     999       9    0    0    0     0          0         0      999       9    0    0    0     0
                  eth0: 1500 11 1 2 0 0 0 0 2500 21 3 4 0 0 0 0
                """);
        write("8/stat", "8 (b) R 7 7 7 0 -1 4194560 1 0 0 0 1 2 0 0 20 0 1 0 99 1 1\n");
        write("8/status", "Name:\tb\nVmRSS:\t     50 kB\n");
        final ResourceUsage usage = ResourceUsage.of(proc, List.of(7, 8, 9));
        assertEquals(130 * 10_000_000L, usage.processorNs());
        assertEquals(104 * 10_000_000L, usage.userNs());
        assertEquals(360 * 10_000_000L, usage.systemNs());
        assertEquals(2, usage.processors());
        assertEquals(150 * 1024, usage.memoryBytes());
        assertEquals(2 << 20, usage.memoryLimitBytes());
        assertEquals(6, usage.tasks());
        assertEquals(4096, usage.readBytes());
        assertEquals(8192, usage.writtenBytes());
        assertEquals(Map.of("eth0", new Traffic(1500, 11, 1, 2, 2500, 21, 3, 4)), usage.interfaces());
        assertEquals(1 << 20, usage.within(1 << 20).memoryLimitBytes());
        assertEquals(usage, usage.within(3 << 20));
        assertEquals(usage, usage.within(0));
    }

    @Test
    void shouldReadThisMachine() {
        final ResourceUsage usage = ResourceUsage.of(
                Path.of("/proc"), List.of((int) ProcessHandle.current().pid()));
        assertTrue(usage.processorNs() > 0 && usage.systemNs() > usage.processorNs(), usage::toString);
        assertTrue(usage.memoryBytes() > 1 << 20 && usage.memoryBytes() < usage.memoryLimitBytes(), usage::toString);
        assertTrue(usage.processors() > 0 && usage.tasks() > 1, usage::toString);
        // The engine's own network is nobody's.
        assertEquals(Map.of(), usage.interfaces());
    }

    private void write(final String name, final String text) throws IOException {
        final Path file = proc.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
