package dev.tailrace.tapio.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import java.util.TreeMap;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CaptureFilterTest {
    private static final Map<String, UnsafeBuffer> FRAMES = new TreeMap<>(Map.of(
            "tcp", TestFrames.ports(6, "10.0.2.100", 40_000, "198.51.100.7", 80),
            "back", TestFrames.ports(6, "198.51.100.7", 80, "10.0.2.100", 40_000),
            "udp", TestFrames.ports(17, "10.0.2.100", 5000, "10.0.2.3", 53),
            "icmp", TestFrames.ipv4(1, "10.0.2.100", "198.51.100.7", "0800000000000000"),
            "arp", TestFrames.arp("10.0.2.100", "10.0.2.2"),
            "six", TestFrames.ipv6(),
            "piece", TestFrames.ipv4(17, "10.0.2.100", "198.51.100.7", 100, "13880035" + "00".repeat(8))));

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            value = {
                "'' > arp back icmp piece six tcp udp",
                "ip > back icmp piece tcp udp",
                "ip6 > six",
                "arp > arp",
                "tcp > back six tcp",
                "udp > piece udp",
                "icmp > icmp",
                "icmp6 > ''",
                "port 80 > back six tcp",
                "dst port 80 > six tcp",
                "src port 80 > back",
                "port 53 > udp",
                "host 10.0.2.2 > arp",
                "src host 10.0.2.100 > arp icmp piece tcp udp",
                "host fd00::2 > six",
                "host FD00:0:0:0:0:0:0:64 > six",
                "net 198.51.100.0/24 > back icmp piece tcp",
                "dst net 198.51.100.99/24 > icmp piece tcp",
                "net 0.0.0.0/0 > arp back icmp piece tcp udp",
                "net fd00::/64 > six",
                "net ::/0 > arp back icmp piece six tcp udp",
                "tcp and port 80 and host 10.0.2.100 > back tcp",
                "tcp port 80 host 10.0.2.100 > back tcp",
                "not tcp > arp icmp piece udp",
                "not tcp and not arp > icmp piece udp",
                "arp or udp port 53 > arp udp",
                "udp or arp and host 1.2.3.4 > piece udp",
                "(udp or arp) and host 10.0.2.3 > udp",
                "!(ip || ip6) > arp",
                "tcp && ! dst port 80 > back",
                "not not arp > arp",
            })
    void shouldTakeTheFramesOfTheExpression(final String expression, final String expected) throws FilterException {
        final CaptureFilter filter = CaptureFilter.parse(expression);
        final StringBuilder taken = new StringBuilder();
        FRAMES.forEach((name, frame) -> {
            if (takes(filter, frame, frame.capacity() - TestFrames.VNET)) {
                taken.append(taken.isEmpty() ? "" : " ").append(name);
            }
        });
        assertEquals(expected, taken.toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            value = {
                "tcpp > 1 > tcpp",
                "tcp and > 8 > the end",
                "port > 5 > the end",
                "port 65536 > 6 > 65536",
                "port -1 > 6 > -1",
                "tcp and port x > 14 > x",
                "host 10.0.2 > 6 > 10.0.2",
                "host 10.0.2.256 > 6 > IPv4 or IPv6",
                "host fe80::1%lo > 6 > IPv4 or IPv6",
                "host ::g > 6 > '::g'",
                "net 10.0.2.0 > 5 > such as",
                "net 10.0.2.0/33 > 5 > from 0 to 32",
                "net ::/129 > 5 > from 0 to 128",
                "( tcp > 6 > ')'",
                "tcp ) > 5 > )",
                "src tcp > 5 > tcp",
                "tcp & udp > 5 > &&",
                "tcp ? > 5 > '?'",
            })
    void shouldSayWhereAnExpressionIsWrong(final String expression, final int column, final String part) {
        final FilterException e = assertThrows(FilterException.class, () -> CaptureFilter.parse(expression));
        final String message = String.valueOf(e.getMessage());
        assertEquals("column " + column, message.substring(0, message.indexOf(':')), message);
        assertEquals(1, message.lines().count());
        assertEquals(true, message.contains(part), message);
    }

    @Test
    void shouldBoundDepthAndLength() {
        assertThrows(FilterException.class, () -> CaptureFilter.parse("(".repeat(200) + "tcp" + ")".repeat(200)));
        assertThrows(FilterException.class, () -> CaptureFilter.parse("not ".repeat(200) + "tcp"));
        assertThrows(FilterException.class, () -> CaptureFilter.parse("tcp or ".repeat(500) + "tcp"));
    }

    @Test
    void shouldReadNothingBehindTheEndOfAFrame() throws FilterException {
        final CaptureFilter filter = CaptureFilter.parse("port 80 or host 1.2.3.4 or icmp6");
        FRAMES.forEach((name, frame) -> {
            for (int length = 0; length < frame.capacity() - TestFrames.VNET; length++) {
                final byte[] cut = new byte[TestFrames.VNET + length];
                frame.getBytes(0, cut);
                takes(filter, new UnsafeBuffer(cut), length);
            }
        });
        assertFalse(takes(filter, new UnsafeBuffer(new byte[TestFrames.VNET]), 0));
    }

    private static boolean takes(final CaptureFilter filter, final UnsafeBuffer frame, final int length) {
        final FrameFields fields = new FrameFields();
        fields.read(frame, TestFrames.VNET, length);
        return filter.matches(fields);
    }
}
