package dev.tailrace.runtime.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FlowTableTest {
    private static final String FLOWS = """
            [{"proto":"tcp","state":"ESTABLISHED","direction":"out","guest_addr":"10.0.2.100","guest_port":40000,
            "peer_addr":"198.51.100.7","peer_port":443,"host_addr":"192.0.2.1","host_port":51000,"bytes_to_host":512,
            "bytes_to_guest":3145728,"age_ms":61000,"idle_ms":1500,"rtt_us":1234,"send_window":65536,
            "receive_window":1048576,"backlog_to_host":0,"backlog_to_guest":2048,"owner":"curl[7]"},
            {"proto":"tcp","state":"LISTEN","direction":"in","guest_addr":"fd00::64","guest_port":80,
            "host_addr":"0.0.0.0","host_port":8080,"bytes_to_host":0,"bytes_to_guest":0},
            {"proto":"icmp","state":"OPEN","direction":"out","guest_addr":"10.0.2.100","guest_port":9,
            "peer_addr":"198.51.100.7","peer_port":0,"bytes_to_host":64,"bytes_to_guest":64,"age_ms":5,"idle_ms":5}]
            """;

    @Test
    void shouldShowAllThatIsKnown() throws JsonParserException {
        final List<String> lines =
                FlowTable.text(flows(), Terminal.UNBOUNDED, true).lines().toList();
        assertEquals(4, lines.size());
        assertEquals(
                "PROTO STATE GUEST PEER OWNER HOST TO-HOST TO-GUEST AGE RTT WINDOW BACKLOG IDLE", words(lines.get(0)));
        assertEquals(
                "tcp ESTABLISHED 10.0.2.100:40000 -> 198.51.100.7:443 curl[7] 192.0.2.1:51000 512 3.0M 1m01s 1.2ms"
                        + " 64K/1.0M 0/2.0K 1.5s",
                words(lines.get(1)));
        assertEquals("tcp LISTEN [fd00::64]:80 <- * - 0.0.0.0:8080 0 0 - - - - -", words(lines.get(2)));
        assertEquals("icmp OPEN 10.0.2.100:9 -> 198.51.100.7 - * 64 64 5ms - - - 5ms", words(lines.get(3)));
    }

    @ParameterizedTest
    @ValueSource(ints = {40, 60, 80, 100, 120, 132, 200})
    void shouldFitItsTerminal(final int columns) throws JsonParserException {
        final String text = FlowTable.text(flows(), columns, true);
        assertTrue(text.lines().allMatch(line -> line.length() <= columns), text);
        assertTrue(text.contains("10.0.2.100:40000"), text);
    }

    @Test
    void shouldShowNoOwnersUnlessAsked() throws JsonParserException {
        final String text = FlowTable.text(flows(), Terminal.UNBOUNDED, false);
        assertFalse(text.contains("OWNER") || text.contains("curl"), text);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1023, 1023",
        "1024, 1.0K",
        "1536, 1.5K",
        "10240, 10K",
        "1073741824, 1.0G",
        "9223372036854775807, 8192P"
    })
    void shouldShortenBytes(final long bytes, final String expected) {
        assertEquals(expected, Quantity.bytes(bytes));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0ms",
        "999, 999ms",
        "1500, 1.5s",
        "59999, 60s",
        "123000, 2m03s",
        "15000000, 4h10m",
        "277200000, 3d05h"
    })
    void shouldShortenTimes(final long ms, final String expected) {
        assertEquals(expected, Quantity.milliseconds(ms));
    }

    private static JsonArray flows() throws JsonParserException {
        return JsonParser.array().from(FLOWS);
    }

    private static String words(final String line) {
        return line.strip().replaceAll(" +", " ");
    }
}
