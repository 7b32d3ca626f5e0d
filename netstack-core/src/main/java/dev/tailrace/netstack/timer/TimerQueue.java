package dev.tailrace.netstack.timer;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A binary heap of [Timer]s with lazy postponement. Owned by the stack's thread.
public final class TimerQueue {
    /// Answer of [#nextDeadlineNs] when no timer is queued.
    public static final long NONE = Long.MAX_VALUE;

    private @Nullable Timer[] heap = new Timer[64];
    private int size;

    /// Sets or moves the deadline of `timer`.
    public void arm(final Timer timer, final long deadlineNs) {
        timer.armed = true;
        timer.deadlineNs = deadlineNs;
        if (timer.index == Timer.NOT_QUEUED) {
            timer.queuedNs = deadlineNs;
            if (size == heap.length) {
                heap = Arrays.copyOf(heap, size * 2);
            }
            siftUp(size++, timer);
        } else if (deadlineNs - timer.queuedNs < 0) {
            timer.queuedNs = deadlineNs;
            siftUp(timer.index, timer);
        }
    }

    /// Takes the deadline back. The place in the heap goes when it comes up.
    public void disarm(final Timer timer) {
        timer.armed = false;
    }

    /// Takes the deadline back and the timer out at once: for an owner that ends.
    public void remove(final Timer timer) {
        timer.armed = false;
        final int index = timer.index;
        if (index != Timer.NOT_QUEUED) {
            timer.index = Timer.NOT_QUEUED;
            final Timer last = at(--size);
            heap[size] = null;
            if (last != timer) {
                place(index, last);
                siftDown(index, last);
                siftUp(last.index, last);
            }
        }
    }

    /// Runs what is due.
    ///
    /// @return timers run
    public int poll(final long nowNs) {
        int ran = 0;
        while (size > 0) {
            final Timer timer = at(0);
            if (timer.queuedNs - nowNs > 0) {
                break;
            }
            if (!timer.armed) {
                remove(timer);
            } else if (timer.deadlineNs - nowNs > 0) {
                timer.queuedNs = timer.deadlineNs;
                siftDown(0, timer);
            } else {
                remove(timer);
                timer.onTimeout(nowNs);
                ran++;
            }
        }
        return ran;
    }

    /// A lower bound of the next deadline, or [#NONE]. May be early by a postponed or disarmed timer, never late.
    public long nextDeadlineNs() {
        return size == 0 ? NONE : at(0).queuedNs;
    }

    /// Timers in the heap, with those disarmed but not yet taken out.
    public int size() {
        return size;
    }

    private Timer at(final int index) {
        final Timer timer = heap[index];
        assert timer != null;
        return timer;
    }

    private void place(final int index, final Timer timer) {
        heap[index] = timer;
        timer.index = index;
    }

    private void siftUp(final int from, final Timer timer) {
        int index = from;
        while (index > 0) {
            final int parentIndex = (index - 1) >>> 1;
            final Timer parent = at(parentIndex);
            if (timer.queuedNs - parent.queuedNs >= 0) {
                break;
            }
            place(index, parent);
            index = parentIndex;
        }
        place(index, timer);
    }

    private void siftDown(final int from, final Timer timer) {
        int index = from;
        while (true) {
            int childIndex = 2 * index + 1;
            if (childIndex >= size) {
                break;
            }
            if (childIndex + 1 < size && at(childIndex + 1).queuedNs - at(childIndex).queuedNs < 0) {
                childIndex++;
            }
            final Timer child = at(childIndex);
            if (child.queuedNs - timer.queuedNs >= 0) {
                break;
            }
            place(index, child);
            index = childIndex;
        }
        place(index, timer);
    }
}
