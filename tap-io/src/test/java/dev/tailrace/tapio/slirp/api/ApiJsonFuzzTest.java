package dev.tailrace.tapio.slirp.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import dev.tailrace.netstack.ip.VirtualNetwork;
import dev.tailrace.netstack.stack.PortForward;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;

/// Any request to the API socket; an input is what a client sends before it ends its direction.
@Tag("fuzz")
final class ApiJsonFuzzTest {
    private static final VirtualNetwork NETWORK = new VirtualNetwork(0x0a000200, 24, 1500, 0, true, true);

    @FuzzTest(maxDuration = "10m")
    void shouldAnswerAnyRequestByOneJsonObject(final byte[] data) throws JsonParserException {
        final int received = Math.min(data.length, ApiConnection.LIMIT_BYTES - 1);
        final int end = JsonBoundary.end(data, received);
        assertTrue(end >= JsonBoundary.TOO_DEEP && end <= received, "boundary");
        final String logged = LogText.escape(data, received);
        assertTrue(logged.chars().allMatch(c -> c >= ' ' && c < 0x7f), logged);
        if (end == JsonBoundary.TOO_DEEP) {
            return;
        }
        final FakeForwards forwards = new FakeForwards();
        final int length = end == JsonBoundary.INCOMPLETE ? received : end;
        final String request = new String(data, 0, length, StandardCharsets.UTF_8);
        expectReply(new ApiHandler(forwards, NETWORK, reason -> {}).handle(request));
        for (final PortForward forward : forwards.list()) {
            assertTrue(forward.hostPort() > 0 && forward.hostPort() < 0x1_0000, "host_port");
            assertTrue(forward.guestPort() > 0 && forward.guestPort() < 0x1_0000, "guest_port");
        }
    }

    private static void expectReply(final String reply) throws JsonParserException {
        assertTrue(reply.chars().allMatch(c -> c >= ' ' && c < 0x7f), reply);
        final JsonObject object = JsonParser.object().from(reply);
        assertEquals(1, (object.has("error") ? 1 : 0) + (object.has("return") ? 1 : 0), reply);
    }
}
