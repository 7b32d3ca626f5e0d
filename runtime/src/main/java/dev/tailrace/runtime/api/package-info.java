/// The Docker Engine API, 1.24 to 1.51, on a unix socket.
///
/// Theory of operation. One event loop of Netty moves bytes and parses HTTP; it never waits. A request is handed to a
/// worker thread with its body as an [java.io.InputStream] and its answer as an [java.io.OutputStream], both bounded:
/// the loop reads from the socket only when the worker has taken what it read before, and the worker waits when the
/// socket has not taken what it wrote. So a slow client holds up its own thread and nothing else, in both directions.
/// A client that goes away cancels its request: what the worker waits for is ended.
///
/// `attach` and `exec/start` leave HTTP: after their head the connection carries bytes both ways. The codec is taken
/// out of the pipeline before the worker sees the request, for the client may send input before it has
/// an answer.
///
/// Layers, each in files of its own: `Connection` and `Exchange` know Netty; `Router` and `Request` know
/// paths, versions and errors; the `...Handlers` know the endpoints; `...Json` writes and `...Reader`
/// reads documents. Names in requests are compared without regard to case, null is absent, and what is
/// unknown is left alone, as Go does it.
@NullMarked
package dev.tailrace.runtime.api;

import org.jspecify.annotations.NullMarked;
