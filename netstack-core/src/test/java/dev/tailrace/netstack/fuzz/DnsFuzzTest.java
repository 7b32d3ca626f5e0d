package dev.tailrace.netstack.fuzz;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tailrace.netstack.hostile.Frames;
import dev.tailrace.netstack.hostile.HostileWorld;
import dev.tailrace.netstack.testkit.Packet;
import dev.tailrace.netstack.wire.IpAddress;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;

/// Any name query and any answer, over UDP and TCP: the stack passes them on as they are and reads none
/// of them. An input is the message.
@Tag("fuzz")
final class DnsFuzzTest {
    private static final int MOST_BYTES = 1_400;
    private static final long RESOLVER = IpAddress.ipv4Lo(0xc000_0235);
    private static final byte[] NONE = {};

    @FuzzTest(maxDuration = "10m")
    void shouldPassOnAnyMessageUnread(final byte[] data) {
        final byte[] message = Arrays.copyOf(data, Math.min(data.length, MOST_BYTES));
        final Twins twins = new Twins();
        twins.each(world -> {
            overUdp(world, message);
            overTcp(world, message);
        });
        twins.finish();
    }

    private static void overUdp(final HostileWorld world, final byte[] message) {
        world.in(Frames.udp(5_353, Frames.NAME_SERVER, 53, message));
        assertArrayEquals(message, world.host().datagrams().getLast().payload());
        world.host().datagram().arrive(IpAddress.IPV4_HI, RESOLVER, 53, message);
        world.settle();
        final Packet answer = world.only();
        assertEquals(Frames.NAME_SERVER, answer.source());
        assertEquals(message.length, answer.payloadLength());
        for (int index = 0; index < message.length; index++) {
            assertEquals(message[index], answer.payload(index));
        }
    }

    private static void overTcp(final HostileWorld world, final byte[] message) {
        if (message.length == 0) {
            return;
        }
        world.in(Frames.tcp(5_353, Frames.NAME_SERVER, 53, Frames.SYN, 1, 0, NONE));
        final int next = world.only().seq() + 1;
        world.in(Frames.tcp(5_353, Frames.NAME_SERVER, 53, Frames.ACK, 2, next, NONE, message));
        assertArrayEquals(message, world.host().stream().taken());
        world.in(Frames.tcp(5_353, Frames.NAME_SERVER, 53, Frames.RST, 2 + message.length, 0, NONE));
        world.out();
    }
}
