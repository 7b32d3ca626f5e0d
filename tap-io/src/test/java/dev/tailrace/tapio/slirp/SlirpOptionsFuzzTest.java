package dev.tailrace.tapio.slirp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tailrace.netstack.ip.VirtualNetwork;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Tag;

/// Any command line; an input is the arguments, a newline between them.
@Tag("fuzz")
final class SlirpOptionsFuzzTest {
    private static final int MOST_BYTES = 4_096;

    @FuzzTest(maxDuration = "10m")
    void shouldRunOrExitWithAReasonForAnyCommandLine(final byte[] data) {
        final String line = new String(data, 0, Math.min(data.length, MOST_BYTES), StandardCharsets.UTF_8);
        final List<String> args = List.of(line.replace('\0', ' ').split("\n", -1));
        switch (SlirpOptionsParser.parse(args)) {
            case final ParseOutcome.Exit exit -> {
                assertTrue(exit.code() == 0 || exit.code() == 1, "exit code");
                assertFalse(
                        exit.standardOutput().isEmpty() && exit.standardError().isEmpty(), "no word about it");
                expectLines(exit.standardOutput());
                expectLines(exit.standardError());
            }
            case final ParseOutcome.Run run -> {
                expectLines(run.standardOutput());
                expectUsable(run.options());
            }
        }
    }

    private static void expectLines(final String text) {
        assertTrue(text.isEmpty() || text.endsWith("\n"), text);
    }

    private static void expectUsable(final SlirpOptions options) {
        final VirtualNetwork network = options.network();
        assertTrue(network.mtu() >= SlirpOptionsParser.MIN_MTU && network.mtu() <= SlirpOptionsParser.MAX_MTU, "mtu");
        assertTrue(network.prefixLength() >= 1 && network.prefixLength() <= 25, "prefix");
        assertEquals(network.network(), network.network() & network.netmask(), "network");
        assertTrue(network.contains(network.guest()) && network.contains(network.dhcpStart() + 15), "addresses");
        assertEquals(0, network.guestMac() >>> 48, "mac");
        assertTrue(options.exitFd() >= -1 && options.readyFd() >= -1, "descriptors");
        if (options.target() instanceof final SlirpTarget.Namespace namespace) {
            assertFalse(namespace.netnsPath().isEmpty(), "namespace");
        }
    }
}
