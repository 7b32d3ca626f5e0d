package dev.tailrace.netstack.testkit;

import java.util.function.Predicate;

/// What a test has the link do to a frame.
@FunctionalInterface
public interface LinkRule {
    /// Verdict that lets the frame pass at once; one above 0 holds it for so many nanoseconds.
    long PASS = 0;

    /// Verdict that loses the frame.
    long DROP = -1;

    /// Judges one frame.
    ///
    /// @param isFromStack which way it goes
    /// @return [#PASS], [#DROP] or a delay in nanoseconds
    long judge(boolean isFromStack, Packet packet);

    /// Loses the `number`th frame (from 1) from the stack that `matches`.
    static LinkRule dropFromStack(final int number, final Predicate<Packet> matches) {
        return nth(true, number, matches, DROP);
    }

    /// Loses the `number`th frame (from 1) of the guest that `matches`.
    static LinkRule dropFromGuest(final int number, final Predicate<Packet> matches) {
        return nth(false, number, matches, DROP);
    }

    /// Gives `verdict` on the `number`th frame of one direction that `matches`.
    static LinkRule nth(
            final boolean isFromStack, final int number, final Predicate<Packet> matches, final long verdict) {
        return new LinkRule() {
            private int seen;

            @Override
            public long judge(final boolean direction, final Packet packet) {
                if (direction != isFromStack || !matches.test(packet)) {
                    return PASS;
                }
                return ++seen == number ? verdict : PASS;
            }
        };
    }
}
