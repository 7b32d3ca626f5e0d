package dev.tailrace.runtime.cli;

import com.grack.nanojson.JsonObject;
import dev.tailrace.runtime.client.ApiClient;
import dev.tailrace.runtime.client.Hijacked;
import dev.tailrace.runtime.client.Query;
import dev.tailrace.runtime.client.Reply;
import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `tailrace run IMAGE [COMMAND...]`.
@Command(
        name = "tailrace run",
        description = "Makes a container of an image, starts it, and shows its output.",
        footer = {
            "",
            "Exit status: that of the process in it, or 125 the engine could not, 126 the command cannot be",
            "executed, 127 there is no such command."
        })
final class RunCommand implements EngineCommand, TakesCommand {
    @Mixin
    private ContainerOptions options = new ContainerOptions();

    @Option(
            names = {"-d", "--detach"},
            description = "Print its id and leave it running.")
    private boolean isDetached;

    @Option(
            names = "--sig-proxy",
            arity = "0..1",
            fallbackValue = "true",
            description = "Pass signals on to it (true).")
    private boolean isForwarding = true;

    @Option(names = "--detach-keys", paramLabel = "KEYS", description = "That leave it running.")
    private String detachKeys = DetachKeys.USUAL;

    @Override
    public int run(final ApiClient engine, final Console console) throws IOException {
        final DetachKeys keys = new DetachKeys(detachKeys);
        final CreateBody body = new CreateBody(options, console.environment());
        if (options.hasTerminal && !isDetached && body.isAttached("stdin")) {
            Foreground.needTerminal();
        }
        final Foreground probe = new Foreground(engine, "");
        final String id = Creation.create(
                engine, console, options, body.make(isDetached, options.hasTerminal ? probe.size() : Optional.empty()));
        final String path = "/containers/" + id;
        if (isDetached) {
            console.out().println(id);
            engine.post(path + "/start").close();
            return ExitCode.SUCCESS;
        }
        final String attach = new Query(path + "/attach")
                .with("stream", "1")
                .withFlag("stdin", body.isAttached("stdin"))
                .withFlag("stdout", body.isAttached("stdout"))
                .withFlag("stderr", body.isAttached("stderr"))
                .toString();
        final String until = options.isRemoved ? "removed" : "next-exit";
        try (Hijacked streams = engine.hijack(attach, null);
                Reply end = engine.post(path + "/wait?condition=" + until)) {
            if (show(engine, path, streams, console, keys, body.isAttached("stdin"))) {
                return ExitCode.SUCCESS;
            }
            return status(end.object());
        }
    }

    /// @return whether the user has left it running
    private boolean show(
            final ApiClient engine,
            final String path,
            final Hijacked streams,
            final Console console,
            final DetachKeys keys,
            final boolean hasInput)
            throws IOException {
        try (Foreground foreground = new Foreground(engine, path)) {
            if (options.hasTerminal && hasInput) {
                foreground.takeTerminal();
            }
            engine.post(path + "/start").close();
            if (options.hasTerminal) {
                foreground.followSize();
            } else if (isForwarding) {
                foreground.forwardSignals();
            }
            return new Streams(streams, console, keys).carry(hasInput, options.hasTerminal);
        }
    }

    private static int status(final JsonObject end) {
        final String message = Json.text(Json.object(end, "Error"), "Message");
        if (!message.isEmpty()) {
            throw new CommandException(ExitCode.ENGINE, "Error waiting for container: " + message);
        }
        return end.getInt("StatusCode");
    }
}
