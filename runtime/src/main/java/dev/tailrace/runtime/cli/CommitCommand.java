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

/// `tailrace commit CONTAINER [NAME[:TAG]]`.
@Command(name = "tailrace commit", description = "Makes an image of what a container has changed.")
final class CommitCommand implements EngineCommand {
    @Option(
            names = {"-a", "--author"},
            paramLabel = "TEXT",
            description = "Who made it.")
    private String author = "";

    @Option(
            names = {"-m", "--message"},
            paramLabel = "TEXT",
            description = "What it is.")
    private String message = "";

    @Option(
            names = {"-c", "--change"},
            paramLabel = "INSTRUCTION",
            description = "Of a Dockerfile, such as CMD.")
    private List<String> changes = List.of();

    @Option(
            names = {"-p", "--pause"},
            negatable = false,
            arity = "0..1",
            fallbackValue = "true",
            description = "Stop the container meanwhile (true).")
    private boolean isPaused = true;

    @Parameters(index = "0", paramLabel = "CONTAINER")
    private String container = "";

    @Parameters(index = "1", arity = "0..1", paramLabel = "NAME[:TAG]")
    private String name = "";

    @Override
    public int run(final ApiClient engine, final Console console) throws IOException {
        final Query path = new Query("/commit")
                .with("container", container)
                .withAny("author", author)
                .withAny("comment", message)
                .with("pause", Boolean.toString(isPaused));
        if (!name.isEmpty()) {
            final ImageName target = ImageName.of(name);
            path.with("repo", target.repository()).with("tag", target.tag());
        }
        changes.forEach(change -> path.with("changes", change));
        try (Reply reply = engine.post(path.toString(), new JsonObject())) {
            console.out().println(Json.text(reply.object(), "Id"));
        }
        return ExitCode.SUCCESS;
    }
}
