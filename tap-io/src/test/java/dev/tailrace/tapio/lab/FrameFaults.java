package dev.tailrace.tapio.lab;

import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/// Loses, repeats, delays and reorders frames of both directions, by chance that comes from one seed:
/// the fate of the nth frame of a direction is the same in each run. Shares are per 1,000 frames: 2 to
/// 20 are lost, fewer than 20 come twice, fewer than 10 late.
public final class FrameFaults implements FrameRule {
    private static final int PER_MILLE = 1_000;
    private static final int LATE_FACTOR = 4;
    private static final long DELAY_NS = 1_000_000;

    private final Direction toGuest;
    private final Direction toProgram;
    private final FrameCapture capture;

    /// @param seed of all chance, also of how bad the link is
    /// @param capture is told of every frame
    public FrameFaults(final long seed, final FrameCapture capture) {
        final SplittableRandom random = new SplittableRandom(seed);
        this.toGuest = new Direction(random.split());
        this.toProgram = new Direction(random.split());
        this.capture = capture;
    }

    /// The same faults in each direction, over a link of 1 to 2 ms each way.
    ///
    /// @param lossShare frames lost of 1,000
    /// @param lateShare frames that others overtake of 1,000
    public FrameFaults(final long seed, final int lossShare, final int lateShare, final FrameCapture capture) {
        final SplittableRandom random = new SplittableRandom(seed);
        this.toGuest = new Direction(random.split(), lossShare, 0, lateShare, DELAY_NS);
        this.toProgram = new Direction(random.split(), lossShare, 0, lateShare, DELAY_NS);
        this.capture = capture;
    }

    @Override
    public void onFrame(final byte[] frame, final boolean isToGuest, final long nowNs, final Output out) {
        final Direction direction = isToGuest ? toGuest : toProgram;
        final boolean isLost = direction.isHit(direction.lossShare);
        capture.frame(frame, isLost, nowNs);
        if (isLost) {
            direction.lost.incrementAndGet();
            return;
        }
        final int copies = direction.isHit(direction.repeatShare) ? 2 : 1;
        for (int copy = 0; copy < copies; copy++) {
            out.send(copy == 0 ? frame : frame.clone(), direction.arrivalNs(nowNs));
        }
    }

    /// Frames lost so far; exact when no more pass.
    public long lost() {
        return toGuest.lost.get() + toProgram.lost.get();
    }

    @Override
    public String toString() {
        return "to the guest " + toGuest + ", to the program " + toProgram;
    }

    private static final class Direction {
        private final SplittableRandom random;
        private final int lossShare;
        private final int repeatShare;
        private final int lateShare;
        private final long delayNs;
        private long lastNs = Long.MIN_VALUE;
        private final AtomicLong lost = new AtomicLong();

        Direction(final SplittableRandom random) {
            this(
                    random,
                    random.nextInt(2, 21),
                    random.nextInt(1, 20),
                    random.nextInt(1, 10),
                    random.nextLong(50_000, 1_000_000));
        }

        Direction(
                final SplittableRandom random,
                final int lossShare,
                final int repeatShare,
                final int lateShare,
                final long delayNs) {
            this.random = random;
            this.lossShare = lossShare;
            this.repeatShare = repeatShare;
            this.lateShare = lateShare;
            this.delayNs = delayNs;
        }

        boolean isHit(final int share) {
            return random.nextInt(PER_MILLE) < share;
        }

        /// In order, but for those that are late.
        long arrivalNs(final long nowNs) {
            final long arrivalNs = nowNs + delayNs + random.nextLong(delayNs);
            if (isHit(lateShare)) {
                return arrivalNs + random.nextLong(LATE_FACTOR * delayNs);
            }
            lastNs = lastNs == Long.MIN_VALUE || arrivalNs - lastNs > 0 ? arrivalNs : lastNs;
            return lastNs;
        }

        @Override
        public String toString() {
            return "loss " + lossShare + ", repetition " + repeatShare + ", lateness " + lateShare
                    + " per mille, delay " + delayNs + " to " + 2 * delayNs + " ns";
        }
    }
}
