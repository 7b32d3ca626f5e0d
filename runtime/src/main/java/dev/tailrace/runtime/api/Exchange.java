package dev.tailrace.runtime.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;

/// A request's answer, of one kind or another, exactly once; for the worker thread that has the request.
interface Exchange {
    /// A whole answer.
    void send(int status, String contentType, byte[] body, Map<String, String> headers) throws IOException;

    /// An answer whose length nobody knows yet: the head goes out at once, the rest as it is written.
    /// It waits while the client is behind, and throws when the client is gone.
    default OutputStream stream(final int status, final String contentType) throws IOException {
        return stream(status, contentType, Map.of());
    }

    /// The same with headers of its own.
    OutputStream stream(int status, String contentType, Map<String, String> headers) throws IOException;

    /// Leaves HTTP: bytes in both directions until the worker is done, then the connection is closed.
    /// Only for the endpoints that the router has announced for it.
    Hijacked hijack(String contentType) throws IOException;

    /// Runs `action` when the client goes away, at once if it is gone. On any thread; it may not block.
    void onCancel(Runnable action);

    boolean isCancelled();

    /// The two directions of a hijacked connection.
    ///
    /// @param input ends when the client writes no more
    record Hijacked(InputStream input, OutputStream output) {}
}
