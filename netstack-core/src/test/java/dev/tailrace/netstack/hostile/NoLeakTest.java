package dev.tailrace.netstack.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tailrace.netstack.wire.IpAddress;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/// No reply says anything of what its buffer held before, or of what lies behind the frame that it answers.
final class NoLeakTest {
    private static final byte[] NONE = {};

    @Test
    void shouldSendTheSameRepliesWhateverTheBuffersHeldBefore() {
        final List<String> replies = replies(HostileWorld.options().poison(0).start());
        assertEquals(24, replies.size(), replies::toString);
        for (final int poison : new int[] {0x01, 0x45, 0x7f, 0x80, 0xa5, 0xff}) {
            assertEquals(replies, replies(HostileWorld.options().poison(poison).start()));
        }
    }

    /// One reply at least of each kind that the stack makes, twice, so that the second finds the poison in its buffer.
    private static List<String> replies(final HostileWorld world) {
        final List<String> replies = new ArrayList<>();
        for (int time = 0; time < 2; time++) {
            arpAndIcmp(world, replies);
            dhcp(world, replies);
            udp(world, replies);
            tcp(world, 40_000 + time, replies);
        }
        return replies;
    }

    private static void arpAndIcmp(final HostileWorld world, final List<String> replies) {
        world.in(Frames.arp(1, Frames.GUEST, Frames.GATEWAY));
        world.in(Frames.echo(Frames.NAME_SERVER, 1, 1));
        world.in(Frames.udp(4_000, Frames.NAME_SERVER, 54, (byte) 1));
        world.in(Raw.fix(Raw.put8(Frames.udp(4_000, Frames.SERVER, 9), Raw.IP + 8, 1)));
        take(world, replies);
    }

    private static void dhcp(final HostileWorld world, final List<String> replies) {
        world.in(Frames.dhcp(Frames.GUEST_MAC, (byte) 53, (byte) 1, (byte) 1));
        world.in(Frames.dhcp(Frames.GUEST_MAC, (byte) 53, (byte) 1, (byte) 3, (byte) 55, (byte) 1, (byte) 26));
        final byte[] elsewhere = Frames.dhcp(Frames.GUEST_MAC, (byte) 53, (byte) 1, (byte) 3);
        world.in(Raw.fix(Raw.put32(elsewhere, Raw.TRANSPORT + 20, Frames.SERVER)));
        take(world, replies);
    }

    private static void udp(final HostileWorld world, final List<String> replies) {
        world.in(Frames.udp(4_000, Frames.SERVER, 9));
        world.host().datagram().arrive(IpAddress.IPV4_HI, IpAddress.ipv4Lo(Frames.SERVER), 9);
        world.host().datagram().arrive(IpAddress.IPV4_HI, IpAddress.ipv4Lo(Frames.SERVER), 9, new byte[2_000]);
        world.settle();
        take(world, replies);
    }

    private static void tcp(final HostileWorld world, final int port, final List<String> replies) {
        world.in(Frames.tcp(port, Frames.SERVER, 80, Frames.SYN, 1, 0, new byte[] {1, 3, 3, 0}));
        final int next = world.out().stream()
                        .peek(packet -> replies.add(HexFormat.of().formatHex(packet.frame())))
                        .reduce((first, second) -> second)
                        .orElseThrow()
                        .seq()
                + 1;
        world.in(Frames.tcp(port, Frames.SERVER, 80, Frames.ACK, 2, next, NONE));
        world.host().stream().write(1);
        world.settle();
        world.in(Frames.tcp(port, Frames.SERVER, 80, Frames.RST, 2, 0, NONE));
        take(world, replies);
    }

    private static void take(final HostileWorld world, final List<String> replies) {
        world.out().forEach(packet -> replies.add(HexFormat.of().formatHex(packet.frame())));
    }
}
