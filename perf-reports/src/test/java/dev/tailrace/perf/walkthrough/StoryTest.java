package dev.tailrace.perf.walkthrough;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tailrace.perf.lab.LabException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class StoryTest {
    private static final String ENDED = """
            [ ID] Interval           Transfer     Bitrate         Retr
            [  5]   0.00-3.00   sec  7.14 GBytes  20.4 Gbits/sec    0             sender
            [  5]   0.00-3.04   sec  7.10 GBytes  %s                  receiver
            """;

    @Test
    void shouldReadWhatTheReceiverGot() {
        assertEquals(20.1, Story.gigabits(ENDED.formatted("20.1 Gbits/sec")));
        assertEquals(0.848, Story.gigabits(ENDED.formatted("848 Mbits/sec")), 1e-9);
        assertEquals(0.000_012, Story.gigabits(ENDED.formatted("12.0 Kbits/sec")), 1e-12);
        assertEquals(0.000_000_5, Story.gigabits(ENDED.formatted("500 bits/sec")), 1e-12);
    }

    @Test
    void shouldNotTakeTheSendersWordForIt() {
        final String text = "iperf3: error - unable to connect to server: Connection refused";
        assertEquals(
                "iperf3 told no bandwidth: " + text,
                assertThrows(LabException.class, () -> Story.gigabits(text)).getMessage());
        assertThrows(
                LabException.class, () -> Story.gigabits(ENDED.lines().limit(2).collect(Collectors.joining("\n"))));
    }
}
