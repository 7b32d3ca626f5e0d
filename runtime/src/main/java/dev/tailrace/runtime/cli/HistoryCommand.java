package dev.tailrace.runtime.cli;

import com.grack.nanojson.JsonObject;
import dev.tailrace.runtime.client.ApiClient;
import dev.tailrace.runtime.client.Query;
import dev.tailrace.runtime.client.Reply;
import java.io.IOException;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `tailrace history IMAGE`.
@Command(name = "tailrace history", description = "Shows the layers of an image, the newest first.")
final class HistoryCommand implements EngineCommand {
    private static final int COMMAND_LENGTH = 45;

    @Option(
            names = {"-q", "--quiet"},
            description = "Their ids only.")
    private boolean isQuiet;

    @Option(names = "--no-trunc", description = "Print commands in full.")
    private boolean isWhole;

    @Parameters(paramLabel = "IMAGE")
    private String image = "";

    @Override
    public int run(final ApiClient engine, final Console console) throws IOException {
        final Table table = new Table("IMAGE", "CREATED", "CREATED BY", "SIZE", "COMMENT");
        try (Reply reply = engine.get("/images/" + Query.encode(image) + "/history")) {
            for (final JsonObject layer : Json.objects(reply.array())) {
                final String id = Json.text(layer, "Id");
                final String by = Json.text(layer, "CreatedBy").replaceAll("\\s+", " ");
                final String shown = isWhole || id.startsWith("<") ? id : Words.shortId(id);
                if (isQuiet) {
                    console.out().println(shown);
                    continue;
                }
                table.add(
                        shown,
                        Words.ago(Words.instant(layer.get("Created")), Instant.now()),
                        isWhole ? by : Words.shorten(by, COMMAND_LENGTH),
                        Words.size(layer.getLong("Size")),
                        Json.text(layer, "Comment"));
            }
        }
        if (!isQuiet) {
            table.print(console.out());
        }
        return ExitCode.SUCCESS;
    }
}
