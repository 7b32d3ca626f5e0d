package dev.tailrace.runtime.cli;

import dev.tailrace.runtime.client.ApiClient;
import dev.tailrace.runtime.client.Query;
import dev.tailrace.runtime.client.Reply;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `tailrace wait CONTAINER...`.
@Command(name = "tailrace wait", description = "Waits for the end of containers, and prints their exit codes.")
final class WaitCommand implements EngineCommand {
    @Parameters(arity = "1..*", paramLabel = "CONTAINER")
    private List<String> containers = List.of();

    @Override
    public int run(final ApiClient engine, final Console console) throws IOException {
        return Each.each(containers, console, name -> {
            try (Reply reply = engine.post("/containers/" + Query.encode(name) + "/wait")) {
                console.out().println(reply.object().getInt("StatusCode"));
            }
        });
    }
}
