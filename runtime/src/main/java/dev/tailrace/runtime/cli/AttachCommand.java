package dev.tailrace.runtime.cli;

import com.grack.nanojson.JsonObject;
import dev.tailrace.runtime.client.ApiClient;
import dev.tailrace.runtime.client.Query;
import dev.tailrace.runtime.client.Reply;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `tailrace attach CONTAINER`.
@Command(name = "tailrace attach", description = "Joins the streams of a container's process.")
final class AttachCommand implements EngineCommand {
    @Option(names = "--no-stdin", description = "Pass on nothing that is typed.")
    private boolean isDeaf;

    @Option(
            names = "--sig-proxy",
            arity = "0..1",
            fallbackValue = "true",
            description = "Pass signals on to it (true).")
    private boolean isForwarding = true;

    @Option(names = "--detach-keys", paramLabel = "KEYS", description = "That leave it running.")
    private String detachKeys = DetachKeys.USUAL;

    @Parameters(paramLabel = "CONTAINER")
    private String container = "";

    @Override
    public int run(final ApiClient engine, final Console console) throws IOException {
        final String path = "/containers/" + Query.encode(container);
        final JsonObject config;
        try (Reply reply = engine.get(path + "/json")) {
            final JsonObject all = reply.object();
            final JsonObject state = Json.object(all, "State");
            if (!state.getBoolean("Running")) {
                throw new CommandException(
                        ExitCode.FAILURE, "cannot attach to a stopped container, start it first: tailrace start -a");
            }
            if (state.getBoolean("Paused")) {
                throw new CommandException(
                        ExitCode.FAILURE, "cannot attach to a paused container, unpause it first: tailrace unpause");
            }
            config = Json.object(all, "Config");
        }
        return new Attachment(engine, console, path, config.getBoolean("Tty"))
                .join(!isDeaf && config.getBoolean("OpenStdin"), new DetachKeys(detachKeys), isForwarding, false);
    }
}
