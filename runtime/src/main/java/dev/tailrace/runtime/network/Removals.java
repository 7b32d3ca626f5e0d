package dev.tailrace.runtime.network;

import dev.tailrace.tapio.netns.NewNamespace;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// Takes away what the networks had for containers that have ended. The kernel waits for all processors
/// several times to remove an interface, some twenty milliseconds, and holds a lock meanwhile that every
/// other change of any network needs; for many at once it takes no longer. So it is done when nobody has
/// started a container or ended one for a while. Safe for several threads.
final class Removals implements AutoCloseable {
    private static final long QUIET_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long LONGEST_NS = TimeUnit.SECONDS.toNanos(1);
    private static final int MOST = 64;

    private final ScheduledThreadPoolExecutor remover = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("tailrace-unplug").daemon().factory());

    /// Held while it is done.
    private final Object doing = new Object();

    // Guarded by this.
    private final QuietBatch<Departed> batch = new QuietBatch<>(QUIET_NS, LONGEST_NS, MOST);
    private boolean isScheduled;
    private boolean isClosed;

    /// A container that has ended.
    ///
    /// @param namespace kept open until its interfaces are gone: otherwise the kernel would remove them
    /// @param places its interfaces
    record Departed(String containerId, NewNamespace namespace, List<Place> places) {}

    record Place(Bridge bridge, Bridge.Plug plug) {}

    Removals() {
        remover.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /// Has it done later.
    void add(final Departed departed) {
        synchronized (this) {
            if (!isClosed) {
                batch.add(departed, System.nanoTime());
                schedule();
                return;
            }
        }
        remove(List.of(departed));
    }

    /// A container has started, or one has ended.
    synchronized void disturb() {
        batch.disturb(System.nanoTime());
    }

    /// A container starts: if it is one that has just ended, it is to have its addresses again.
    void start(final String containerId) {
        final boolean isRestarted;
        synchronized (this) {
            batch.disturb(System.nanoTime());
            isRestarted = batch.work().stream().anyMatch(one -> one.containerId.equals(containerId));
        }
        if (isRestarted) {
            flush();
        }
    }

    /// Does what there is at once, for somebody who needs an address of it.
    void flush() {
        synchronized (doing) {
            final List<Departed> due;
            synchronized (this) {
                due = batch.take();
            }
            remove(due);
        }
    }

    /// Does what there is.
    @Override
    public void close() {
        synchronized (this) {
            isClosed = true;
        }
        flush();
        remover.close();
    }

    private void schedule() {
        if (!isScheduled) {
            isScheduled = true;
            remover.schedule(this::look, Math.max(0, batch.waitNs(System.nanoTime())), TimeUnit.NANOSECONDS);
        }
    }

    private void look() {
        synchronized (this) {
            isScheduled = false;
            if (batch.isEmpty() || isClosed) {
                return;
            }
            if (batch.waitNs(System.nanoTime()) > 0) {
                schedule();
                return;
            }
        }
        try {
            flush();
        } catch (final RuntimeException e) {
            // The executor would keep it to itself.
            final Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
        }
    }

    /// Does all of it, whatever fails on the way: with its namespace an interface goes in any case, a
    /// little later.
    ///
    /// @throws RuntimeException the first failure
    private static void remove(final List<Departed> all) {
        final Map<Bridge, List<Bridge.Plug>> places = new LinkedHashMap<>();
        for (final Departed departed : all) {
            for (final Place place : departed.places) {
                places.computeIfAbsent(place.bridge, bridge -> new ArrayList<>())
                        .add(place.plug);
            }
        }
        RuntimeException first = null;
        for (final Map.Entry<Bridge, List<Bridge.Plug>> one : places.entrySet()) {
            try {
                one.getKey().remove(one.getValue());
            } catch (final RuntimeException e) {
                first = first == null ? e : first;
            }
        }
        all.forEach(departed -> departed.namespace.close());
        if (first != null) {
            throw first;
        }
    }
}
