package dev.tailrace.netstack.testkit;

import dev.tailrace.netstack.link.LinkDevice;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/// The TAP between guest and stack with its bounded ring, faults on demand, and an eye on every frame the stack emits.
public final class SimLink implements LinkDevice {
    /// Frames in a TAP's ring (`txqueuelen`).
    public static final int RING_FRAMES = 1_000;

    private final SimWorld world;
    private final PacketParser parser;
    private final SplittableRandom random;
    private final ArrayDeque<byte[]> ring = new ArrayDeque<>();
    private final List<LinkRule> rules = new ArrayList<>();
    private final List<Observer> observers = new ArrayList<>();
    private Consumer<Packet> guest = packet -> {};
    private Impairment fromGuest = Impairment.NONE;
    private Impairment toGuest = Impairment.NONE;
    private int ringFrames = RING_FRAMES;
    private long freeFromGuestNs;
    private long freeToGuestNs;
    private long lastFromGuestNs;
    private long lastToGuestNs;
    private int refusals;
    private int refusalShare;
    private int refusedNumber;
    private int offered;
    private long overflows;
    private long lost;
    private boolean isClosed;
    private boolean isBusy;

    /// @param mtu of the link in bytes
    public SimLink(final SimWorld world, final int mtu) {
        this.world = world;
        this.parser = new PacketParser(mtu);
        this.random = world.split();
        final long nowNs = world.nowNs();
        freeFromGuestNs = nowNs;
        freeToGuestNs = nowNs;
        lastFromGuestNs = nowNs;
        lastToGuestNs = nowNs;
    }

    /// Who gets the frames that leave the stack.
    public void guest(final Consumer<Packet> receiver) {
        guest = receiver;
    }

    /// Sees every frame at the moment it is sent, whether it arrives or not.
    @FunctionalInterface
    public interface Observer {
        /// One frame; `isFromStack` tells which way it goes.
        void seen(boolean isFromStack, Packet packet);
    }

    /// Has `observer` see every frame from now on.
    public void observe(final Observer observer) {
        observers.add(observer);
    }

    public void rule(final LinkRule rule) {
        rules.add(rule);
    }

    public SimLink impair(final Impairment guestToStack, final Impairment stackToGuest) {
        fromGuest = guestToStack;
        toGuest = stackToGuest;
        return this;
    }

    /// Makes the ring smaller than the usual 1,000 frames.
    public SimLink ringFrames(final int frames) {
        ringFrames = frames;
        return this;
    }

    /// Refuses the next `count` frames.
    public void refuseNext(final int count) {
        refusals = count;
    }

    /// Refuses the frame with this number, counted from 1.
    public void refuseNth(final int number) {
        refusedNumber = number;
    }

    /// Refuses a share of the frames, per 1,000.
    public void refuse(final int share) {
        refusalShare = share;
    }

    /// Frames dropped because the ring was full.
    public long overflows() {
        return overflows;
    }

    /// Frames lost by rules and faults.
    public long lost() {
        return lost;
    }

    /// Has room or not, from the next turn of the stack on; frames are taken all the same.
    public void busy(final boolean now) {
        isBusy = now;
    }

    @Override
    public boolean isBusy() {
        return isBusy;
    }

    /// The device goes away.
    public void close() {
        isClosed = true;
    }

    /// Sends a frame of the guest.
    public void send(final byte[] frame) {
        final Packet packet = Lenient.parse(frame, frame.length);
        observers.forEach(observer -> observer.seen(false, packet));
        final long verdict = judge(false, packet);
        if (verdict == LinkRule.DROP || isHit(fromGuest.loss())) {
            lost++;
            world.trace().frame(world.nowNs(), false, frame, "lost");
            return;
        }
        world.trace().frame(world.nowNs(), false, frame, verdict > 0 ? "held" : "");
        freeFromGuestNs = busyUntil(freeFromGuestNs, fromGuest, frame.length);
        final int copies = isHit(fromGuest.duplicate()) ? 2 : 1;
        for (int copy = 0; copy < copies; copy++) {
            long arrivalNs = freeFromGuestNs + delay(fromGuest) + verdict;
            if (isHit(fromGuest.reorder())) {
                arrivalNs += late(fromGuest);
            } else if (verdict == LinkRule.PASS) {
                arrivalNs = later(arrivalNs, lastFromGuestNs);
                lastFromGuestNs = arrivalNs;
            }
            world.after(arrivalNs - world.nowNs(), () -> arrive(frame));
        }
    }

    private void arrive(final byte[] frame) {
        if (ring.size() >= ringFrames) {
            overflows++;
            return;
        }
        ring.addLast(frame);
    }

    @Override
    public int receive(final MutableDirectBuffer buffer, final int offset, final int capacity) {
        if (capacity < MAX_FRAME_LENGTH) {
            throw new AssertionError("a read of " + capacity + " bytes would truncate");
        }
        if (isClosed) {
            return CLOSED;
        }
        final byte[] frame = ring.pollFirst();
        if (frame == null) {
            return DRAINED;
        }
        buffer.putBytes(offset, frame);
        return frame.length;
    }

    @Override
    public boolean transmit(
            final DirectBuffer headers,
            final int headersOffset,
            final int headersLength,
            final DirectBuffer payload,
            final int firstOffset,
            final int firstLength,
            final int secondOffset,
            final int secondLength) {
        final byte[] frame = Gathered.frame(
                headers, headersOffset, headersLength, payload, firstOffset, firstLength, secondOffset, secondLength);
        if (++offered == refusedNumber || refusals > 0 || isHit(refusalShare)) {
            refusals = Math.max(0, refusals - 1);
            world.trace().frame(world.nowNs(), true, frame, "refused");
            return false;
        }
        final Packet packet = parser.parse(frame);
        carry(packet);
        observers.forEach(observer -> observer.seen(true, packet));
        return true;
    }

    private void carry(final Packet packet) {
        final byte[] frame = packet.frame();
        final long verdict = judge(true, packet);
        if (verdict == LinkRule.DROP || isHit(toGuest.loss())) {
            lost++;
            world.trace().frame(world.nowNs(), true, frame, "lost");
            return;
        }
        world.trace().frame(world.nowNs(), true, frame, verdict > 0 ? "held" : "");
        freeToGuestNs = busyUntil(freeToGuestNs, toGuest, frame.length);
        final int copies = isHit(toGuest.duplicate()) ? 2 : 1;
        for (int copy = 0; copy < copies; copy++) {
            long arrivalNs = freeToGuestNs + delay(toGuest) + verdict;
            if (isHit(toGuest.reorder())) {
                arrivalNs += late(toGuest);
            } else if (verdict == LinkRule.PASS) {
                arrivalNs = later(arrivalNs, lastToGuestNs);
                lastToGuestNs = arrivalNs;
            }
            world.after(arrivalNs - world.nowNs(), () -> guest.accept(packet));
        }
    }

    @Override
    public boolean udpSegmentation() {
        return true;
    }

    private long judge(final boolean isFromStack, final Packet packet) {
        long delayNs = LinkRule.PASS;
        for (final LinkRule rule : rules) {
            final long verdict = rule.judge(isFromStack, packet);
            if (verdict == LinkRule.DROP) {
                return LinkRule.DROP;
            }
            delayNs += verdict;
        }
        return delayNs;
    }

    private boolean isHit(final int share) {
        return share > 0 && random.nextInt(1_000) < share;
    }

    private long busyUntil(final long freeNs, final Impairment impairment, final int bytes) {
        final long startNs = later(freeNs, world.nowNs());
        return impairment.bitsPerSecond() == 0
                ? startNs
                : startNs + bytes * 8_000_000_000L / impairment.bitsPerSecond();
    }

    private long delay(final Impairment impairment) {
        return impairment.latencyNs() + (impairment.jitterNs() == 0 ? 0 : random.nextLong(impairment.jitterNs()));
    }

    private long late(final Impairment impairment) {
        return random.nextLong(1 + 4 * (impairment.latencyNs() + impairment.jitterNs()));
    }

    private static long later(final long first, final long second) {
        return first - second >= 0 ? first : second;
    }
}
