package dev.tailrace.netstack.hostile;

import java.util.Arrays;
import java.util.SplittableRandom;

/// Spoils frames where it hurts: length fields, offsets, options, ends; then often makes the checksums
/// right again, so that the frame gets past them.
final class Mutations {
    private static final int[] INTERESTING = {
        0, 1, 2, 3, 4, 5, 6, 7, 8, 19, 20, 21, 27, 28, 40, 63, 64, 127, 128, 255, 256, 511, 512, 576, 1_460, 1_480,
        1_500, 0x1fff, 0x2000, 0x4000, 0x7fff, 0x8000, 0x8100, 0xfffe, 0xffff
    };
    private static final int[] LENGTH_FIELDS = {
        2,
        4,
        6,
        8,
        Raw.IP + 2,
        Raw.IP + 4,
        Frames6.TRANSPORT,
        Frames6.TRANSPORT + 2,
        Frames6.TRANSPORT + 4,
        Raw.IP + 6,
        Raw.TRANSPORT + 4,
        Raw.TRANSPORT + 6,
        Raw.TRANSPORT + 14,
        Raw.TRANSPORT + 18
    };
    private static final byte[] OPTION_TYPES = {0, 1, 7, 68, (byte) 131, (byte) 137, (byte) 148, 5, 3, 2};
    private static final int IPV6 = 0x86dd;
    private static final int MAX_LENGTH = 65_550;

    private final SplittableRandom random;
    private byte[] last = new byte[64];

    Mutations(final SplittableRandom random) {
        this.random = random;
    }

    /// A spoiled copy.
    byte[] apply(final byte[] whole) {
        byte[] frame = whole.clone();
        for (int left = 1 + random.nextInt(3); left > 0 && frame.length > Raw.ETHERNET; left--) {
            frame = once(frame);
        }
        last = whole;
        final int mend = random.nextInt(10);
        if (frame.length > Raw.IP && Raw.u16(frame, Raw.ETHER_TYPE) == IPV6) {
            if (mend < 7 && frame.length >= Frames6.TRANSPORT) {
                Frames6.fix(frame);
            }
        } else if (mend < 7) {
            Raw.fixIp(frame, frame.length);
            Raw.fixTransport(frame, frame.length);
        } else if (mend < 9) {
            Raw.fixIp(frame, frame.length);
        }
        return frame;
    }

    /// Leaves the transport checksum to the device, with segments where `type` is not 0.
    byte[] open(final byte[] frame, final int type, final int segmentBytes) {
        final boolean isTcp = frame[Raw.IP + 9] == 6;
        frame[0] = 1;
        frame[1] = (byte) type;
        Raw.putNative16(frame, 4, type == 0 ? 0 : segmentBytes);
        Raw.putNative16(frame, 6, Raw.TRANSPORT - Raw.ETHERNET);
        return Raw.putNative16(frame, 8, isTcp ? 16 : 6);
    }

    private byte[] once(final byte[] frame) {
        switch (random.nextInt(12)) {
            case 0 -> frame[random.nextInt(frame.length)] = (byte) random.nextInt();
            case 1 -> frame[random.nextInt(Math.min(frame.length, 80))] ^= (byte) (1 << random.nextInt(8));
            case 2 -> put16(frame, random.nextInt(0, 50) * 2, interesting());
            case 3 -> put16(frame, LENGTH_FIELDS[random.nextInt(LENGTH_FIELDS.length)], interesting());
            case 4 -> nudge(frame, LENGTH_FIELDS[random.nextInt(LENGTH_FIELDS.length)]);
            case 5 -> nibble(frame);
            case 6 -> {
                return Arrays.copyOf(frame, 1 + random.nextInt(frame.length));
            }
            case 7 -> {
                return longer(frame);
            }
            case 8 -> {
                return withOptions(frame);
            }
            case 9 -> splice(frame);
            case 10 -> {
                frame[0] = (byte) random.nextInt(4);
                frame[1] = (byte) random.nextInt(8);
                put16(frame, 4 + 2 * random.nextInt(3), random.nextInt(100) << 8);
            }
            default -> {
                if (frame.length > Raw.TRANSPORT) {
                    Raw.put32(frame, Raw.IP + 12 + 4 * random.nextInt(2), random.nextInt());
                }
            }
        }
        return frame;
    }

    private int interesting() {
        return INTERESTING[random.nextInt(INTERESTING.length)];
    }

    private void put16(final byte[] frame, final int offset, final int value) {
        if (offset + 2 <= frame.length) {
            if (offset < Raw.ETHERNET) {
                Raw.putNative16(frame, offset, value);
            } else {
                Raw.put16(frame, offset, value);
            }
        }
    }

    private void nudge(final byte[] frame, final int offset) {
        if (offset + 2 <= frame.length) {
            final int by = random.nextInt(-9, 10);
            put16(frame, offset, Raw.u16(frame, offset) + by);
        }
    }

    /// Header lengths.
    private void nibble(final byte[] frame) {
        if (random.nextBoolean() && frame.length > Raw.IP) {
            frame[Raw.IP] = (byte) (0x40 | random.nextInt(16));
        } else if (frame.length > Raw.TRANSPORT + 12) {
            frame[Raw.TRANSPORT + 12] = (byte) (random.nextInt(16) << 4);
        }
    }

    private byte[] longer(final byte[] frame) {
        final int more = 1 + random.nextInt(random.nextInt(50) == 0 ? 3_000 : 64);
        final byte[] longer = Arrays.copyOf(frame, Math.min(MAX_LENGTH, frame.length + more));
        for (int index = frame.length; index < longer.length; index++) {
            longer[index] = (byte) random.nextInt();
        }
        if (random.nextBoolean() && frame.length > Raw.IP + 4) {
            Raw.put16(longer, Raw.IP + 2, longer.length - Raw.IP);
        }
        return longer;
    }

    private byte[] withOptions(final byte[] frame) {
        if (frame.length < Raw.TRANSPORT || frame[Raw.IP] != 0x45 || frame.length > 60_000) {
            return frame;
        }
        final byte[] options = new byte[4 * (1 + random.nextInt(10))];
        for (int index = 0; index < options.length; index++) {
            options[index] = random.nextBoolean()
                    ? OPTION_TYPES[random.nextInt(OPTION_TYPES.length)]
                    : (byte) random.nextInt(random.nextBoolean() ? 12 : 256);
        }
        return Frames.withIpOptions(frame, options);
    }

    private void splice(final byte[] frame) {
        final int length = 1 + random.nextInt(Math.min(40, Math.min(frame.length, last.length)));
        final int from = random.nextInt(last.length - length + 1);
        final int to = random.nextInt(frame.length - length + 1);
        System.arraycopy(last, from, frame, to, length);
    }
}
