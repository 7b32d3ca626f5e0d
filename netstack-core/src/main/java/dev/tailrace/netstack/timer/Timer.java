package dev.tailrace.netstack.timer;

/// A deadline that an object owns. Time is in nanoseconds of a monotonic clock and compared by subtraction.
public abstract class Timer {
    static final int NOT_QUEUED = -1;

    int index = NOT_QUEUED;
    /// Where the heap has it; never later than `deadlineNs`.
    long queuedNs;

    long deadlineNs;
    boolean armed;

    /// Called once when the deadline has passed; the timer is disarmed by then.
    public abstract void onTimeout(long nowNs);

    /// Whether a deadline is set.
    public final boolean isArmed() {
        return armed;
    }

    /// The deadline; meaningful only when armed.
    public final long deadlineNs() {
        return deadlineNs;
    }
}
