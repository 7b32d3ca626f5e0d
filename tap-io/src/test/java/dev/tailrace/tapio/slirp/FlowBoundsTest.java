package dev.tailrace.tapio.slirp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.netstack.tcp.TcpConfig;
import dev.tailrace.netstack.udp.UdpConfig;
import dev.tailrace.tapio.linux.DescriptorLimit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FlowBoundsTest {
    @ParameterizedTest
    @CsvSource({
        "64, 24, 6, 24",
        "1024, 672, 168, 672",
        "20000, 14904, 2048, 14904",
        "524288, 16384, 2048, 16384",
        "2147483647, 16384, 2048, 16384"
    })
    void shouldShareTheDescriptors(final int descriptors, final int tcp, final int halfOpen, final int udp) {
        assertEquals(
                "at most " + descriptors + " descriptors: " + tcp + " TCP flows, " + halfOpen
                        + " of them half open each way, " + udp + " UDP mappings",
                FlowBounds.of(descriptors, 1).text());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 16, 64, 100, 256, 1024, 4096, 20_000, 65_536})
    void shouldLeaveBothSomeWhateverTheOtherTakes(final int descriptors) {
        final FlowBounds bounds = FlowBounds.of(descriptors, 1);
        assertTrue(bounds.tcp().maxFlows() >= 1 && bounds.tcp().maxHalfOpen() >= 1);
        assertTrue(bounds.udp().maxFlows() >= 1);
        if (descriptors >= 16) {
            assertTrue(bounds.tcp().maxFlows() <= descriptors * 3 / 4);
            assertTrue(bounds.udp().maxFlows() <= descriptors * 3 / 4);
        }
        assertEquals(TcpConfig.DEFAULT.maxRingBytes(), bounds.tcp().maxRingBytes());
        assertEquals(UdpConfig.DEFAULT.idleNs(), bounds.udp().idleNs());
    }

    @Test
    void shouldShareTheDescriptorsAmongLoops() {
        assertEquals(
                "at most 1024 descriptors: 224 TCP flows, 56 of them half open each way, in each of 3 loops,"
                        + " 672 UDP mappings",
                FlowBounds.of(1024, 3).text());
    }

    @Test
    void shouldTellTheLimitThatTheKernelKeeps() throws IOException {
        final int limit = DescriptorLimit.raise();
        final String line = Files.readAllLines(Path.of("/proc/self/limits")).stream()
                .filter(text -> text.startsWith("Max open files"))
                .findFirst()
                .orElseThrow();
        final String[] words = line.substring("Max open files".length()).strip().split(" +");
        assertEquals(Integer.toString(limit), words[0], line);
        assertEquals(words[1], words[0], line);
    }
}
