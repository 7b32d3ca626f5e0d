package dev.tailrace.runtime.network;

import dev.tailrace.tapio.linux.LinuxException;
import dev.tailrace.tapio.netns.NewNamespace;
import java.util.Map;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A network namespace for the next container, with a loopback and open for changes. The kernel takes
/// milliseconds for one, so it is made while nobody waits: some time after the last was taken, since the
/// kernel makes it under locks that the container's other namespaces and its interface need, too. Safe
/// for several threads.
final class SpareNamespace implements AutoCloseable {
    /// A container has started then, and many a one has ended.
    private static final long DELAY_MS = 30;

    private final Map<String, String> settings = ContainerSettings.map();
    private final ScheduledThreadPoolExecutor maker = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("tailrace-spare").daemon().factory());

    // Guarded by this.
    private @Nullable NewNamespace spare;
    private boolean isBeingMade;
    private boolean isClosed;

    SpareNamespace() {
        maker.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /// One for the caller: the spare one, or one that is made here and now.
    ///
    /// @throws LinuxException what failed
    NewNamespace take() {
        synchronized (this) {
            final NewNamespace ready = spare;
            if (ready != null) {
                spare = null;
                return ready;
            }
        }
        return make();
    }

    /// Has one made in the background, soon, if there is none.
    synchronized void refill() {
        if (spare == null && !isBeingMade && !isClosed) {
            isBeingMade = true;
            maker.schedule(this::add, DELAY_MS, TimeUnit.MILLISECONDS);
        }
    }

    /// Waits for one that is being made.
    @Override
    public void close() {
        synchronized (this) {
            isClosed = true;
        }
        maker.close();
        synchronized (this) {
            if (spare != null) {
                spare.close();
                spare = null;
            }
        }
    }

    private void add() {
        NewNamespace made = null;
        try {
            made = make();
        } catch (final LinuxException e) {
            // Whoever needs one tries again, and is told.
            return;
        } finally {
            synchronized (this) {
                spare = made;
                isBeingMade = false;
            }
        }
    }

    private NewNamespace make() {
        final NewNamespace made = NewNamespace.create(settings);
        boolean isUp = false;
        try {
            made.route().up("lo");
            isUp = true;
            return made;
        } finally {
            if (!isUp) {
                made.close();
            }
        }
    }
}
