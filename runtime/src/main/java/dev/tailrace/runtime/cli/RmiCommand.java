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

/// `tailrace rmi IMAGE...`.
@Command(name = "tailrace rmi", description = "Removes images.")
final class RmiCommand implements EngineCommand {
    @Option(
            names = {"-f", "--force"},
            description = "Also what stopped containers are made of.")
    private boolean isForced;

    @Parameters(arity = "1..*", paramLabel = "IMAGE")
    private List<String> images = List.of();

    @Override
    public int run(final ApiClient engine, final Console console) throws IOException {
        return Each.each(images, console, name -> {
            final String path = new Query("/images/" + Query.encode(name))
                    .withFlag("force", isForced)
                    .toString();
            try (Reply reply = engine.delete(path)) {
                for (final JsonObject step : Json.objects(reply.array())) {
                    step.forEach((what, which) -> console.out().println(what + ": " + which));
                }
            }
        });
    }
}
