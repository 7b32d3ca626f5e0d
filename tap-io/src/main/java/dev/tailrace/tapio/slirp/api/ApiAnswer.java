package dev.tailrace.tapio.slirp.api;

import dev.tailrace.tapio.slirp.observe.ReplySource;
import org.jspecify.annotations.Nullable;

/// What becomes of a request.
///
/// @param reply what the client reads
/// @param onHangup null when the connection ends with the reply; else it stays open until the client hangs up or
/// [ApiConnection#conclude] is called, and this is run when the client hangs up
record ApiAnswer(ReplySource reply, @Nullable Runnable onHangup) {
    static ApiAnswer of(final String text) {
        return new ApiAnswer(ReplySource.of(text), null);
    }
}
