package dev.tailrace.tapio.slirp;

import java.util.ArrayDeque;
import java.util.Deque;

/// Owns what was opened and closes it in reverse order, whatever fails on the way.
final class Scope implements AutoCloseable {
    private final Deque<Runnable> closers = new ArrayDeque<>();

    /// Closes `resource` with the scope.
    <T extends AutoCloseable> T own(final T resource) {
        closers.push(() -> {
            try {
                resource.close();
            } catch (final RuntimeException e) {
                throw e;
            } catch (final Exception e) {
                throw new IllegalStateException("closing " + resource + ": " + e.getMessage(), e);
            }
        });
        return resource;
    }

    /// Runs `closer` with the end of the scope.
    void onClose(final Runnable closer) {
        closers.push(closer);
    }

    @Override
    public void close() {
        RuntimeException first = null;
        while (!closers.isEmpty()) {
            try {
                closers.pop().run();
            } catch (final RuntimeException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
