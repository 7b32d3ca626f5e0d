package dev.tailrace.runtime.cli;

import dev.tailrace.runtime.client.ApiClient;
import dev.tailrace.runtime.client.Query;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `tailrace kill CONTAINER...`.
@Command(name = "tailrace kill", description = "Sends a signal to containers.")
final class KillCommand implements EngineCommand {
    @Option(
            names = {"-s", "--signal"},
            paramLabel = "SIGNAL",
            description = "By name or number, instead of KILL.")
    private String signal = "";

    @Parameters(arity = "1..*", paramLabel = "CONTAINER")
    private List<String> containers = List.of();

    @Override
    public int run(final ApiClient engine, final Console console) throws IOException {
        return Each.each(containers, console, name -> {
            engine.post(new Query("/containers/" + Query.encode(name) + "/kill")
                            .withAny("signal", signal)
                            .toString())
                    .close();
            console.out().println(name);
        });
    }
}
