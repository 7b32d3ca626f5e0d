package dev.tailrace.runtime.cli;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import dev.tailrace.runtime.client.ApiClient;
import dev.tailrace.runtime.client.Query;
import dev.tailrace.runtime.client.Reply;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `tailrace top CONTAINER [PS_OPTION...]`.
@Command(name = "tailrace top", description = "Shows the processes of a container.")
final class TopCommand implements EngineCommand, TakesCommand {
    @Parameters(index = "0", paramLabel = "CONTAINER")
    private String container = "";

    @Parameters(index = "1..*", paramLabel = "PS_OPTION")
    private List<String> options = List.of();

    @Override
    public int run(final ApiClient engine, final Console console) throws IOException {
        final String path = new Query("/containers/" + Query.encode(container) + "/top")
                .withAny("ps_args", String.join(" ", options))
                .toString();
        try (Reply reply = engine.get(path)) {
            final JsonObject processes = reply.object();
            final Table table = new Table(Json.texts(processes, "Titles").toArray(String[]::new));
            for (final Object row : Json.array(processes, "Processes")) {
                table.add(((JsonArray) row).stream().map(String::valueOf).toArray(String[]::new));
            }
            table.print(console.out());
        }
        return ExitCode.SUCCESS;
    }
}
