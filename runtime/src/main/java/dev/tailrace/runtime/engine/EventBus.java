package dev.tailrace.runtime.engine;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Tells what happens to those who listen, and keeps the last of it. Safe for several threads; nobody waits for a
/// listener.
public final class EventBus {
    /// As many as Docker keeps.
    private static final int KEPT = 256;

    /// What a listener may be behind by; one that is further is dropped, so that it cannot take the memory.
    private static final int BOUND = 4096;

    private final Clock clock;
    private final ArrayDeque<Event> kept = new ArrayDeque<>();
    private final Set<Subscription> subscriptions = ConcurrentHashMap.newKeySet();

    EventBus(final Clock clock) {
        this.clock = clock;
    }

    /// @param since events that are still kept come first, if they are not older
    public synchronized Subscription subscribe(final Optional<Instant> since) {
        final List<Event> first = new ArrayList<>();
        since.ifPresent(from ->
                kept.stream().filter(event -> !event.time().isBefore(from)).forEach(first::add));
        final Subscription subscription = new Subscription(first);
        subscriptions.add(subscription);
        return subscription;
    }

    synchronized void publish(
            final String type, final String action, final String id, final Map<String, String> attributes) {
        final Event event = new Event(type, action, id, attributes, clock.instant());
        if (kept.size() == KEPT) {
            kept.remove();
        }
        kept.add(event);
        subscriptions.forEach(subscription -> subscription.add(event));
    }

    /// The events of one listener, which closes it.
    public final class Subscription implements AutoCloseable {
        private final ArrayDeque<Event> queue;
        private boolean isClosed;

        private Subscription(final List<Event> first) {
            queue = new ArrayDeque<>(first);
        }

        /// The next event; empty if there is none within `atMost`, or ever: see [#isClosed].
        public synchronized Optional<Event> next(final Duration atMost) throws InterruptedException {
            final long deadlineNs = System.nanoTime() + atMost.toNanos();
            while (queue.isEmpty() && !isClosed) {
                final long leftMs = (deadlineNs - System.nanoTime()) / 1_000_000;
                if (leftMs <= 0) {
                    return Optional.empty();
                }
                wait(leftMs);
            }
            return Optional.ofNullable(queue.poll());
        }

        public synchronized boolean isClosed() {
            return isClosed && queue.isEmpty();
        }

        @Override
        public void close() {
            subscriptions.remove(this);
            synchronized (this) {
                isClosed = true;
                notifyAll();
            }
        }

        private synchronized void add(final Event event) {
            if (queue.size() >= BOUND) {
                subscriptions.remove(this);
                isClosed = true;
            } else {
                queue.add(event);
            }
            notifyAll();
        }
    }
}
