package dev.tailrace.perf.svg;

/// A rectangle with y downwards.
record Box(double left, double top, double right, double bottom) {
    boolean overlaps(final Box other) {
        return left < other.right && other.left < right && top < other.bottom && other.top < bottom;
    }

    boolean isInside(final Box other) {
        return left >= other.left && right <= other.right && top >= other.top && bottom <= other.bottom;
    }
}
