package dev.tailrace.netstack.fuzz;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tailrace.netstack.hostile.Frames;
import dev.tailrace.netstack.hostile.Raw;
import dev.tailrace.netstack.testkit.Packet;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;

/// Any DHCP message; an input is the UDP payload.
@Tag("fuzz")
final class DhcpFuzzTest {
    private static final int MESSAGE = Raw.TRANSPORT + 8;

    @FuzzTest(maxDuration = "10m")
    void shouldAnswerAnyMessageByAtMostOneReply(final byte[] data) {
        final byte[] frame = Frames.udp(68, -1, 67, Arrays.copyOf(data, Math.min(data.length, 1_400)));
        Raw.fix(Raw.put32(frame, Raw.IP + 12, 0));
        final Twins twins = new Twins();
        twins.each(world -> {
            // Twice: the second time the server knows the client.
            for (int time = 0; time < 2; time++) {
                world.in(frame.clone());
                final List<Packet> replies = world.out();
                assertTrue(replies.size() <= 1, replies::toString);
                replies.forEach(reply -> expectReply(reply.frame(), frame));
            }
        });
        twins.finish();
    }

    private static void expectReply(final byte[] reply, final byte[] request) {
        assertTrue(reply[MESSAGE] == 2, "op");
        assertTrue(Raw.i32(reply, MESSAGE + 4) == Raw.i32(request, MESSAGE + 4), "xid");
        assertTrue(Raw.i32(reply, MESSAGE + 236) == 0x6382_5363, "magic");
        final int address = Raw.i32(reply, MESSAGE + 16);
        final boolean isInRange = address >= 0x0a00_020f && address <= 0x0a00_021e;
        assertTrue(address == 0 || isInRange || address == Frames.GUEST, "yiaddr");
    }
}
