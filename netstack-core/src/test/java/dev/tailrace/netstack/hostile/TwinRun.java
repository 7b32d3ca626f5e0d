package dev.tailrace.netstack.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tailrace.netstack.stack.PortForward;
import dev.tailrace.netstack.wire.IpAddress;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;

/// Two worlds that differ in their poison only get the same frames and must do the same.
final class TwinRun {
    private static final int GUEST_PORT = 8_080;
    private static final long SECOND_NS = 1_000_000_000L;

    private final long seed;
    private final SplittableRandom random;
    private final FrameForge forge;
    private final HostileWorld first;
    private final HostileWorld second;
    private final List<byte[]> unread = new ArrayList<>();
    private final int openAtRest;
    private long frames;

    TwinRun(final long seed) {
        this.seed = seed;
        this.random = new SplittableRandom(seed);
        this.forge = new FrameForge(random.nextLong());
        // Read as TCP options, the first poison would be a window scale.
        this.first = HostileWorld.options().poison(0x03).chance(seed).ipv6().start();
        this.second = HostileWorld.options().poison(0xa5).chance(seed).ipv6().start();
        for (final HostileWorld world : List.of(first, second)) {
            world.host().forgetful();
            for (final PortForward.Protocol protocol : PortForward.Protocol.values()) {
                world.stack()
                        .forwards()
                        .add(protocol, IpAddress.IPV4_HI, 0, 80, IpAddress.IPV4_HI, guestLo(), GUEST_PORT);
            }
        }
        openAtRest = first.host().open();
    }

    private static long guestLo() {
        return IpAddress.ipv4Lo(Frames.GUEST);
    }

    /// Sends `count` frames, then lets time pass until nothing is left.
    void run(final int count) {
        try {
            for (int index = 0; index < count; index++) {
                frames++;
                final byte[] frame = forge.next();
                unread.add(frame);
                first.link().offer(frame);
                second.link().offer(frame.clone());
                if (random.nextInt(4) == 0) {
                    step();
                }
            }
            step();
            for (final HostileWorld world : List.of(first, second)) {
                world.expectNothingLeft(openAtRest);
                world.expectWorking();
                world.expectNothingLeft(openAtRest);
                world.host().lively();
            }
            assertEquals(first.traceHash(), second.traceHash(), "twins at rest");
        } catch (final AssertionError | RuntimeException e) {
            throw new AssertionError(describe(e), e);
        }
    }

    private void step() {
        final long delayNs = delayNs();
        final int clientPort = random.nextInt(200) == 0 ? 1 + random.nextInt(60_000) : 0;
        for (final HostileWorld world : List.of(first, second)) {
            world.advance(delayNs);
            if (clientPort != 0) {
                world.host().client(IpAddress.IPV4_HI, IpAddress.ipv4Lo(Frames.SERVER), clientPort);
                world.host().publishedDatagram(IpAddress.IPV4_HI, IpAddress.ipv4Lo(Frames.SERVER), clientPort);
            }
            world.settle();
        }
        assertEquals(first.traceHash(), second.traceHash(), "a byte was read that nobody had written");
        first.outOfBoth().forEach(forge::learn);
        second.link().take();
        unread.clear();
    }

    private long delayNs() {
        return switch (random.nextInt(2_000)) {
            case 0 -> random.nextLong(100 * SECOND_NS);
            case 1, 2, 3, 4, 5, 6, 7, 8 -> random.nextLong(SECOND_NS);
            default -> random.nextLong(50_000);
        };
    }

    private String describe(final Throwable cause) {
        final StringBuilder text = new StringBuilder();
        text.append("repeat: -Dhostile.seed=")
                .append(seed)
                .append(", frame ")
                .append(frames)
                .append(": ");
        text.append(cause).append("\nframes not looked at before:\n");
        append(text, unread);
        append(text.append("sent by the first:\n"), first.link().sent());
        append(text.append("sent by the second:\n"), second.link().sent());
        return text.toString();
    }

    private static void append(final StringBuilder text, final List<byte[]> list) {
        list.forEach(frame -> text.append(HexFormat.of().formatHex(frame)).append('\n'));
    }

    HostileWorld world() {
        return first;
    }
}
