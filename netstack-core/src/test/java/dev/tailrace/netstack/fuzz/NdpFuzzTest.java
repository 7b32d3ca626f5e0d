package dev.tailrace.netstack.fuzz;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tailrace.netstack.hostile.Frames6;
import dev.tailrace.netstack.hostile.Raw;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;

/// Any ICMPv6 message with hop limit 255, from the guest's address and from `::`, to the router and to a group.
///
/// An input is the message; its checksum is made right.
@Tag("fuzz")
final class NdpFuzzTest {
    private static final int SHORTEST = 4;
    private static final int MOST_BYTES = 1_200;
    private static final long GROUPS = 0xff02_0000_0000_0000L;
    private static final long SOLICITED_GATEWAY = 0x1_ff00_0002L;

    @FuzzTest(maxDuration = "10m")
    void shouldAnswerAnyMessageByAtMostOneFrame(final byte[] data) {
        final byte[] message = Arrays.copyOf(data, Math.clamp(data.length, SHORTEST, MOST_BYTES));
        final byte[] frame = Raw.put8(Frames6.packet(58, message), Raw.IP + 7, 255);
        final List<byte[]> frames = List.of(
                Frames6.to(frame.clone(), Frames6.PREFIX, Frames6.GATEWAY_LO),
                Frames6.to(frame.clone(), GROUPS, SOLICITED_GATEWAY),
                Frames6.from(Frames6.to(frame.clone(), GROUPS, SOLICITED_GATEWAY), 0, 0));
        final Twins twins = new Twins();
        for (final byte[] each : frames) {
            twins.each(world -> {
                world.in(each.clone());
                assertTrue(world.out6().size() <= 1, "frames sent");
            });
        }
        twins.finish();
    }
}
