package dev.tailrace.perf.traffic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tailrace.perf.lab.LabException;
import org.junit.jupiter.api.Test;

final class BulkBesideTest {
    /// As iperf3 3.12 writes it.
    private static final String HEADING = """
            [  5] local 10.0.2.100 port 54132 connected to 203.0.113.1 port 5202
            [ ID] Interval           Transfer     Bitrate         Retr  Cwnd
            """;

    private static final String INTERVALS = """
            [  5]   0.00-0.50   sec  1.15 GBytes  19765 Mbits/sec    0   3.12 MBytes
            [  5]   0.50-1.00   sec  1023 MBytes  17163 Mbits/sec    0   3.12 MBytes
            [  5]   1.00-1.50   sec   512 KBytes  8.4 Mbits/sec    2   3.12 MBytes
            """;

    @Test
    void shouldTakeTheMedianOfTheIntervals() {
        assertEquals(17_163e6, BulkBeside.bitsPerSecond(HEADING + INTERVALS));
    }

    @Test
    void shouldFailWhenThereIsNone() {
        assertThrows(LabException.class, () -> BulkBeside.bitsPerSecond(HEADING));
    }
}
