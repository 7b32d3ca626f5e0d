package dev.tailrace.runtime.cli;

import dev.tailrace.runtime.client.ApiClient;
import dev.tailrace.runtime.client.Hijacked;
import dev.tailrace.runtime.client.Query;
import dev.tailrace.runtime.client.Reply;
import java.io.IOException;

/// Joins the streams of a container that is there already.
final class Attachment {
    private final ApiClient engine;
    private final Console console;
    private final String path;
    private final boolean hasTerminal;

    /// @param path of the container in the API
    Attachment(final ApiClient engine, final Console console, final String path, final boolean hasTerminal) {
        this.engine = engine;
        this.console = console;
        this.path = path;
        this.hasTerminal = hasTerminal;
    }

    /// @param isStarted whether it is started now that its output is waited for
    /// @return the exit status of its process, or 0 if the user has left it running
    int join(final boolean hasInput, final DetachKeys keys, final boolean isForwarding, final boolean isStarted)
            throws IOException {
        if (hasTerminal && hasInput) {
            Foreground.needTerminal();
        }
        final String attach = new Query(path + "/attach")
                .with("stream", "1")
                .with("stdout", "1")
                .with("stderr", "1")
                .withFlag("stdin", hasInput)
                .toString();
        try (Hijacked streams = engine.hijack(attach, null);
                Reply end = engine.post(path + "/wait" + (isStarted ? "?condition=next-exit" : ""));
                Foreground foreground = new Foreground(engine, path)) {
            if (hasTerminal && hasInput) {
                foreground.takeTerminal();
            }
            if (isStarted) {
                engine.post(path + "/start").close();
            }
            if (hasTerminal) {
                foreground.followSize();
            } else if (isForwarding) {
                foreground.forwardSignals();
            }
            return new Streams(streams, console, keys).carry(hasInput, hasTerminal)
                    ? ExitCode.SUCCESS
                    : end.object().getInt("StatusCode");
        }
    }
}
