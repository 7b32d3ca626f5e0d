package dev.tailrace.runtime.network;

import dev.tailrace.tapio.linux.LinuxException;
import dev.tailrace.tapio.netns.NewNamespace;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/// A network namespace for the next container, with a loopback and open for changes. The kernel takes milliseconds for
/// one, so it is made while nobody waits. Safe for several threads.
final class SpareNamespace implements AutoCloseable {
    private final Map<String, String> settings = ContainerSettings.map();
    private final ExecutorService maker = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("tailrace-spare").daemon().factory());

    // Guarded by this.
    private @Nullable NewNamespace spare;
    private boolean isBeingMade;
    private boolean isClosed;

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

    /// Has one made in the background if there is none.
    synchronized void refill() {
        if (spare == null && !isBeingMade && !isClosed) {
            isBeingMade = true;
            maker.execute(this::add);
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
