package dev.tailrace.runtime.registry;

import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/// Is told how a transfer goes, in docker's words. Called by several threads, one at a time.
public interface Progress {
    /// For those whom nobody asks.
    Progress NONE = new Progress() {
        @Override
        public void tell(final String id, final String status) {
            // Nobody listens.
        }

        @Override
        public void tell(final String id, final String status, final long bytes, final long ofBytes) {
            // Nobody listens.
        }

        @Override
        public void pushed(final String tag, final String digest, final long sizeBytes) {
            // Nobody listens.
        }
    };

    /// @param id of what it is about, as people see it; empty for the whole
    /// @param status such as `Pulling fs layer`
    void tell(String id, String status);

    /// The same, with how far it is.
    void tell(String id, String status, long bytes, long ofBytes);

    /// @param digest of the manifest that a tag has now
    void pushed(String tag, String digest, long sizeBytes);

    /// Tells of bytes as they pass, ten times a second at most.
    static LongConsumer bytes(final Progress progress, final String id, final String status, final long ofBytes) {
        return new LongConsumer() {
            private static final long INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(100);

            private long lastNs = System.nanoTime() - INTERVAL_NS;

            @Override
            public void accept(final long bytes) {
                final long nowNs = System.nanoTime();
                if (nowNs - lastNs >= INTERVAL_NS) {
                    lastNs = nowNs;
                    progress.tell(id, status, bytes, ofBytes);
                }
            }
        };
    }

    /// One that may be called by several threads at once.
    static Progress shared(final Progress progress) {
        return new Progress() {
            @Override
            public synchronized void tell(final String id, final String status) {
                progress.tell(id, status);
            }

            @Override
            public synchronized void tell(final String id, final String status, final long bytes, final long ofBytes) {
                progress.tell(id, status, bytes, ofBytes);
            }

            @Override
            public synchronized void pushed(final String tag, final String digest, final long sizeBytes) {
                progress.pushed(tag, digest, sizeBytes);
            }
        };
    }
}
