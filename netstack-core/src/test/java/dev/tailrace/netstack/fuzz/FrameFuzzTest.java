package dev.tailrace.netstack.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tailrace.netstack.hostile.Frames6;
import dev.tailrace.netstack.hostile.Raw;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;

/// Any frames, one after the other, on a link on which a connection exists.
///
/// An input is a sequence of records: a byte that says what to do, two bytes of length, and a frame of
/// that length, virtio-net header first. The lowest bit of the first byte makes the frame's checksums
/// right; the next three let a millisecond, a second or 100 seconds pass after it.
@Tag("fuzz")
final class FrameFuzzTest {
    static final int MEND = 1;

    private static final int IPV6 = 0x86dd;
    private static final int MAX_FRAMES = 64;
    private static final int LONGEST_FRAME = 65_550;

    @FuzzTest(maxDuration = "10m")
    void shouldSurviveAnyFrames(final byte[] data) {
        final Twins twins = new Twins();
        int at = 0;
        for (int count = 0; count < MAX_FRAMES && at + 3 < data.length; count++) {
            final int mode = data[at];
            final int length = Math.min(Math.min(Raw.u16(data, at + 1), data.length - at - 3), LONGEST_FRAME);
            final byte[] frame = Arrays.copyOfRange(data, at + 3, at + 3 + length);
            at += 3 + length;
            if (length == 0) {
                continue;
            }
            if ((mode & MEND) != 0) {
                mend(frame);
            }
            twins.each(world -> {
                world.in(frame.clone());
                world.pass((mode & 2) / 2 + (mode & 4) * 250L + (mode & 8) * 12_500L);
            });
        }
        twins.finish();
    }

    private static void mend(final byte[] frame) {
        if (frame.length >= Frames6.TRANSPORT && Raw.u16(frame, Raw.ETHER_TYPE) == IPV6) {
            Frames6.fix(frame);
        } else {
            Raw.fix(frame);
        }
    }
}
