package dev.tailrace.perf.rtt;

import java.io.Closeable;
import java.io.IOException;

/// One request and its answer, again and again. Not for several threads.
interface Exchange extends Closeable {
    /// Asks and waits for the answer.
    void ask() throws IOException;

    /// What need not be waited for before the answer counts, and must be done before the next request.
    void finish() throws IOException;
}
