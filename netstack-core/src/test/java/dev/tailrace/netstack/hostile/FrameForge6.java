package dev.tailrace.netstack.hostile;

import java.util.Arrays;
import java.util.SplittableRandom;

/// Makes IPv6 frames for a [FrameForge]: datagrams, segments, echo, neighbour discovery, extension headers, fragments.
final class FrameForge6 {
    private static final int[] EXTENSIONS = {0, 43, 60};
    private static final long GROUPS = 0xff02_0000_0000_0000L;
    private static final long ROUTER = 0xfe80_0000_0000_0000L;
    private static final long[][] ADDRESSES = {
        {Frames6.SERVER_HI, Frames6.SERVER_LO},
        {Frames6.PREFIX, Frames6.GATEWAY_LO},
        {Frames6.PREFIX, Frames6.NAME_SERVER_LO},
        {Frames6.PREFIX, Frames6.GUEST_LO},
        {GROUPS, 0x1_ff00_0002L},
        {GROUPS, 1},
        {ROUTER, 2},
        {0, 0},
        {0, 1},
        {0, 0xffff_7f00_0001L}
    };

    private final SplittableRandom random;

    FrameForge6(final SplittableRandom random) {
        this.random = random;
    }

    /// The next whole frame.
    byte[] next() {
        return switch (random.nextInt(10)) {
            case 0, 1 -> anywhere(Frames6.udp(1 + random.nextInt(400), port(), bytes(random.nextInt(200))));
            case 2, 3 -> anywhere(Frames6.tcp(1 + random.nextInt(50), random.nextInt(64), random.nextInt(9), 0));
            case 4 -> anywhere(Frames6.icmp(128, 0, random.nextInt(), bytes(random.nextInt(60))));
            case 5 -> anywhere(Frames6.icmp(random.nextInt(256), random.nextInt(8), 0, bytes(48)));
            case 6, 7 -> neighbour();
            case 8 -> extended();
            default -> fragment();
        };
    }

    private int port() {
        return random.nextBoolean() ? 53 : 1 + random.nextInt(60);
    }

    private byte[] anywhere(final byte[] frame) {
        final long[] to = ADDRESSES[random.nextInt(random.nextInt(3) == 0 ? ADDRESSES.length : 3)];
        Frames6.to(frame, to[0], to[1]);
        if (random.nextInt(20) == 0) {
            final long[] from = ADDRESSES[random.nextInt(ADDRESSES.length)];
            Frames6.from(frame, from[0], from[1]);
        }
        return frame;
    }

    private byte[] neighbour() {
        final long[] target = ADDRESSES[random.nextInt(ADDRESSES.length)];
        final byte[] options = bytes(8 * random.nextInt(4));
        for (int at = 0; at < options.length; at += 8) {
            options[at] = (byte) (1 + random.nextInt(5));
            options[at + 1] = (byte) (random.nextInt(6) == 0 ? random.nextInt(256) : 1);
        }
        final int type = 133 + random.nextInt(5);
        final byte[] data = type == 133 ? options : Frames6.target(target[0], target[1], options);
        final byte[] frame = Frames6.ndp(type, GROUPS, 0x1_ff00_0002L, data);
        if (random.nextInt(4) == 0) {
            Frames6.from(frame, 0, 0);
        }
        return frame;
    }

    private byte[] extended() {
        final byte[] header = new byte[8 * (1 + random.nextInt(4))];
        header[1] = (byte) (header.length / 8 - 1);
        for (int at = 2; at + 2 < header.length; at += 2 + header[at + 1]) {
            header[at] = (byte) (random.nextInt(4) == 0 ? random.nextInt(256) : random.nextInt(6));
            header[at + 1] = (byte) random.nextInt(Math.min(6, header.length - at - 1));
        }
        final byte[] whole = Frames6.udp(1 + random.nextInt(100), port(), bytes(40));
        final byte[] datagram = Arrays.copyOfRange(whole, Frames6.TRANSPORT, whole.length);
        return Frames6.behind(EXTENSIONS[random.nextInt(EXTENSIONS.length)], header, 17, datagram);
    }

    private byte[] fragment() {
        final int length = 8 * (1 + random.nextInt(20));
        final int part = random.nextInt(3);
        final byte[] whole = Frames6.udp(7, 9, new byte[3 * length - 8]);
        final int from = Frames6.TRANSPORT + part * length;
        final byte[] piece = Arrays.copyOfRange(whole, from, from + length);
        final int offset = random.nextInt(40) == 0 ? 65_520 : part * length;
        return Frames6.fragment(17, random.nextInt(24), offset, part < 2, piece);
    }

    private byte[] bytes(final int length) {
        final byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
