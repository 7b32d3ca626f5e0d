package dev.tailrace.netstack.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tailrace.netstack.hostile.Frames;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;

/// Any options of IPv4 and TCP headers; an input is the options' bytes, up to 40 of each count.
@Tag("fuzz")
final class HeaderOptionsFuzzTest {
    private static final int MOST_BYTES = 40;

    @FuzzTest(maxDuration = "10m")
    void shouldSurviveAnyOptions(final byte[] data) {
        final byte[] ip = padded(data, 0);
        final byte[] tcp = padded(data, MOST_BYTES);
        final Twins twins = new Twins();
        twins.each(world -> {
            final int port = Twins.GUEST_PORT + 1;
            world.in(Frames.tcp(port, Frames.SERVER, 80, Frames.SYN, 1, 0, ip, (byte) 2, (byte) 4));
            world.in(Frames.tcp(
                    Twins.GUEST_PORT, Frames.SERVER, 80, Frames.ACK, Twins.NEXT, twins.stackNext(), tcp, (byte) 8));
            world.in(Frames.withIpOptions(Frames.tcp(port + 1, Frames.SERVER, 80, Frames.SYN, 1, 0, tcp), ip));
            world.in(Frames.withIpOptions(Frames.udp(port, Frames.SERVER, 9, (byte) 131), ip));
            world.in(Frames.withIpOptions(Frames.echo(Frames.GATEWAY, 1, 1), ip));
        });
        twins.finish();
    }

    private static byte[] padded(final byte[] data, final int from) {
        final byte[] options = Arrays.copyOfRange(data, Math.min(from, data.length), Math.max(from, data.length));
        final int length = Math.min(MOST_BYTES, Math.min(options.length, Math.max(0, data.length - from)));
        return Arrays.copyOf(options, length + 3 & ~3);
    }
}
