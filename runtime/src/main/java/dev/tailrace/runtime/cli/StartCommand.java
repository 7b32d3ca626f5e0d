package dev.tailrace.runtime.cli;

import com.grack.nanojson.JsonObject;
import dev.tailrace.runtime.client.ApiClient;
import dev.tailrace.runtime.client.Query;
import dev.tailrace.runtime.client.Reply;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `tailrace start CONTAINER...`.
@Command(name = "tailrace start", description = "Starts containers that were created or have ended.")
final class StartCommand implements EngineCommand {
    @Option(
            names = {"-a", "--attach"},
            description = "Show what it writes, and end with it.")
    private boolean isAttached;

    @Option(
            names = {"-i", "--interactive"},
            description = "The same, and pass on what is typed.")
    private boolean isInteractive;

    @Option(names = "--detach-keys", paramLabel = "KEYS", description = "That leave it running.")
    private String detachKeys = DetachKeys.USUAL;

    @Parameters(arity = "1..*", paramLabel = "CONTAINER")
    private List<String> containers = List.of();

    @Override
    public int run(final ApiClient engine, final Console console) throws IOException {
        if (!isAttached && !isInteractive) {
            return Each.each(containers, console, name -> {
                engine.post("/containers/" + Query.encode(name) + "/start").close();
                console.out().println(name);
            });
        }
        if (containers.size() > 1) {
            throw new CommandException(
                    ExitCode.FAILURE, "you cannot start and attach multiple containers at once: name one");
        }
        final String path = "/containers/" + Query.encode(containers.getFirst());
        final JsonObject config;
        try (Reply reply = engine.get(path + "/json")) {
            config = Json.object(reply.object(), "Config");
        }
        return new Attachment(engine, console, path, config.getBoolean("Tty"))
                .join(isInteractive && config.getBoolean("OpenStdin"), new DetachKeys(detachKeys), true, true);
    }
}
