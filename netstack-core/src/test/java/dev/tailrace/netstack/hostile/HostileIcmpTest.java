package dev.tailrace.netstack.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.testkit.Packet;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/// ICMP messages that no kernel would send.
final class HostileIcmpTest {
    private static final int ICMP = Raw.TRANSPORT;

    private final HostileWorld world = HostileWorld.start();

    @Test
    void shouldDropMessagesCutShort() {
        for (int length = 0; length < 8; length++) {
            final byte[] message = Arrays.copyOf(new byte[] {8}, length);
            world.expectDrop(Counter.DROP_ICMP_BAD, Raw.fix(Frames.ipv4(1, Frames.GATEWAY, message)));
        }
    }

    @Test
    void shouldDropABadChecksum() {
        final byte[] frame = Frames.echo(Frames.GATEWAY, 1, 1, Frames.counting(32));
        world.expectDrop(Counter.DROP_ICMP_CHECKSUM, Raw.put8(frame, ICMP + 9, 0x77));
    }

    @Test
    void shouldAnswerAShortEchoWithNoMoreThanItHad() {
        world.in(Frames.echo(Frames.GATEWAY, 1, 1));
        assertEquals(0, world.only().payloadLength());
        // Padding behind the packet is not part of the message, and does not come back.
        world.in(Arrays.copyOf(Frames.echo(Frames.GATEWAY, 1, 1, (byte) 1), Raw.IP + 200));
        final Packet reply = world.only();
        assertEquals(1, reply.payloadLength());
        assertEquals(ICMP + 9, reply.frame().length);
        world.expectWorking();
    }

    @Test
    void shouldServeEveryIdentifierAndSequenceNumberAtTheirEnds() {
        for (final int identifier : new int[] {0, 1, 0x7fff, 0x8000, 0xffff}) {
            for (final int sequence : new int[] {0, 0xffff}) {
                world.in(Frames.echo(Frames.GATEWAY, identifier, sequence));
                final byte[] reply = world.only().frame();
                assertEquals(identifier << 16 | sequence, Raw.i32(reply, ICMP + 4));
                world.in(Frames.echo(Frames.SERVER, identifier, sequence));
                assertEquals(sequence, Raw.u16(world.host().echoes().getLast().payload(), 6));
            }
        }
        world.expectWorking();
    }

    @Test
    void shouldBoundTheIdentifiersOfAFlood() {
        for (int identifier = 0; identifier < 2_000; identifier++) {
            world.in(Frames.echo(Frames.SERVER, identifier, 1));
        }
        assertEquals(2_000 - 512, world.count(Counter.ICMP_FLOWS_EVICTED));
        assertEquals(512, world.host().open());
        world.expectWorking();
        world.expectNothingLeft();
    }

    @Test
    void shouldDropEveryTypeButEchoRequests() {
        for (int type = 0; type < 256; type++) {
            if (type != 8) {
                world.expectDrop(Counter.DROP_ICMP_TYPE, Frames.icmp(type, 0, Frames.GATEWAY, 0, Frames.counting(28)));
            }
        }
        world.expectDrop(Counter.DROP_ICMP_TYPE, Frames.icmp(8, 1, Frames.GATEWAY, 0));
    }

    @Test
    void shouldDropErrorsAboutTruncatedAndForeignPacketsAndKeepTheFlow() {
        final byte[] none = new byte[0];
        world.in(Frames.tcp(40_000, Frames.SERVER, 80, Frames.SYN, 1, 0, none));
        final int iss = world.only().seq();
        world.in(Frames.tcp(40_000, Frames.SERVER, 80, Frames.ACK, 2, iss + 1, none));
        final byte[] quoted = Arrays.copyOfRange(
                Frames.tcp(80, Frames.GUEST, 40_000, Frames.ACK, iss + 1, 2, none), Raw.IP, Raw.IP + 28);
        for (int length = 0; length <= 28; length++) {
            world.expectDrop(
                    Counter.DROP_ICMP_TYPE, Frames.icmp(3, 3, Frames.SERVER, 0, Arrays.copyOf(quoted, length)));
        }
        world.expectDrop(Counter.DROP_ICMP_TYPE, Frames.icmp(3, 4, Frames.SERVER, 68, quoted));
        world.expectDrop(Counter.DROP_ICMP_TYPE, Frames.icmp(5, 1, Frames.SERVER, Frames.GUEST, quoted));
        assertEquals(1, world.stack().tcpFlowCount());
    }

    @Test
    void shouldNotAnswerASmurf() {
        world.expectDrop(Counter.DROP_IPV4_DESTINATION, Frames.echo(-1, 1, 1));
        world.expectDrop(Counter.DROP_IPV4_DESTINATION, Frames.echo(Frames.BROADCAST, 1, 1));
        world.expectDrop(Counter.DROP_IPV4_DESTINATION, Frames.echo(0xe000_0001, 1, 1));
    }

    @Test
    void shouldBoundTheErrorsThatAFloodProvokes() {
        final byte[] frame = Frames.udp(40_000, Frames.NAME_SERVER, 54);
        for (int count = 0; count < 1_000; count++) {
            world.in(frame);
        }
        assertEquals(200, world.out().size());
        assertEquals(800, world.count(Counter.DROP_ICMP_RATE));
        world.expectWorking();
    }

    @Test
    void shouldQuoteNoMoreThanThePacketThatWasRefused() {
        final byte[] frame = Arrays.copyOf(Frames.udp(40_000, Frames.NAME_SERVER, 54, (byte) 1), Raw.IP + 400);
        world.in(frame);
        // IPv4 and ICMP headers, and the 29 bytes of the packet: nothing of the padding behind it.
        assertEquals(ICMP + 8 + 29, world.only().frame().length);
    }
}
