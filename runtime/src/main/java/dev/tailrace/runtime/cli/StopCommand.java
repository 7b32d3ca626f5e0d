package dev.tailrace.runtime.cli;

import dev.tailrace.runtime.client.ApiClient;
import dev.tailrace.runtime.client.Query;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `tailrace stop|restart CONTAINER...`.
@Command(name = "tailrace stop|restart", description = "Stops containers, and starts them again for restart.")
final class StopCommand implements EngineCommand {
    private final String verb;

    @Option(
            names = {"-t", "--time", "--timeout"},
            paramLabel = "SECONDS",
            description = "Kill it after so long; -1 for never.")
    private @Nullable Integer timeoutS;

    @Option(
            names = {"-s", "--signal"},
            paramLabel = "SIGNAL",
            description = "Instead of the container's own.")
    private String signal = "";

    @Parameters(arity = "1..*", paramLabel = "CONTAINER")
    private List<String> containers = List.of();

    StopCommand(final String verb) {
        this.verb = verb;
    }

    @Override
    public int run(final ApiClient engine, final Console console) throws IOException {
        return Each.each(containers, console, name -> {
            engine.post(new Query("/containers/" + Query.encode(name) + "/" + verb)
                            .withAny("t", timeoutS == null ? "" : timeoutS.toString())
                            .withAny("signal", signal)
                            .toString())
                    .close();
            console.out().println(name);
        });
    }
}
