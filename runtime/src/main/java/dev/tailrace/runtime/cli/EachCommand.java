package dev.tailrace.runtime.cli;

import dev.tailrace.runtime.client.ApiClient;
import dev.tailrace.runtime.client.Query;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `tailrace pause|unpause CONTAINER...`.
@Command(name = "tailrace (un)pause", description = "Stops all processes of containers, or lets them go on.")
final class EachCommand implements EngineCommand {
    private final String verb;

    @Parameters(arity = "1..*", paramLabel = "CONTAINER")
    private List<String> containers = List.of();

    EachCommand(final String verb) {
        this.verb = verb;
    }

    @Override
    public int run(final ApiClient engine, final Console console) throws IOException {
        return Each.each(containers, console, name -> {
            engine.post("/containers/" + Query.encode(name) + "/" + verb).close();
            console.out().println(name);
        });
    }
}
