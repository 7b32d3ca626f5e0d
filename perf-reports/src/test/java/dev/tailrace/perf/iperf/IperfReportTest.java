package dev.tailrace.perf.iperf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.perf.lab.LabException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// On reports recorded from iperf3 3.12.
final class IperfReportTest {
    @Test
    void shouldReadTheReceiverOfAnUpload() throws IOException {
        assertEquals(new IperfReport(2808872960L, 1.000333, 18, 91, 0, 0), IperfReport.parse(recorded("up.json")));
    }

    @Test
    void shouldReadTheReceiverOfADownload() throws IOException {
        assertEquals(new IperfReport(2985295766L, 1.000055, 6, 0, 0, 0), IperfReport.parse(recorded("down.json")));
    }

    @Test
    void shouldReadWhatArrivedOfDatagrams() throws IOException {
        assertEquals(
                new IperfReport(62722800L, 1.000325, 0, 0, 136760, 91958), IperfReport.parse(recorded("udp-up.json")));
    }

    @Test
    void shouldReadWhatArrivedOfDatagramsInReverse() throws IOException {
        assertEquals(
                new IperfReport(66151680L, 1.000044, 0, 0, 135174, 90234),
                IperfReport.parse(recorded("udp-down.json")));
    }

    @Test
    void shouldReadAReportBehindAWarning() throws IOException {
        assertEquals(
                new IperfReport(74833536L, 1.002595, 0, 0, 142621, 91783),
                IperfReport.parse(recorded("udp-warned.txt")));
    }

    @Test
    void shouldNotTakeHalfAReportForAResult() throws IOException {
        final String truncated = recorded("truncated.json");
        final LabException failure = assertThrows(LabException.class, () -> IperfReport.parse(truncated));
        assertTrue(failure.getMessage().startsWith("iperf3 wrote no report ("), failure.getMessage());
        assertEquals(1, failure.getMessage().lines().count(), failure.getMessage());
    }

    @Test
    void shouldPassOnTheErrorOfARefusedConnection() throws IOException {
        final String refused = recorded("refused.json");
        final LabException failure = assertThrows(LabException.class, () -> IperfReport.parse(refused));
        assertEquals("iperf3: unable to connect to server: Connection refused", failure.getMessage());
    }

    @Test
    void shouldNotTakeAReportWithoutBytesForAResult() {
        assertThrows(LabException.class, () -> IperfReport.parse("{\"end\": {}}"));
        assertThrows(
                LabException.class,
                () -> IperfReport.parse("{\"end\": {\"sum_received\": {\"bytes\": 0, \"seconds\": 1}}}"));
    }

    @Test
    void shouldQuoteWhatIsNoReport() {
        final LabException failure = assertThrows(LabException.class, () -> IperfReport.parse("iperf3: killed\n"));
        assertTrue(failure.getMessage().startsWith("iperf3 wrote no report (iperf3: killed): "), failure.getMessage());
    }

    private static String recorded(final String name) throws IOException {
        try (InputStream file = IperfReportTest.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
