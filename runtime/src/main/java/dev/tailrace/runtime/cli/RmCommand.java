package dev.tailrace.runtime.cli;

import dev.tailrace.runtime.client.ApiClient;
import dev.tailrace.runtime.client.Query;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `tailrace rm CONTAINER...`.
@Command(name = "tailrace rm", description = "Removes containers.")
final class RmCommand implements EngineCommand {
    @Option(
            names = {"-f", "--force"},
            description = "Kill what runs.")
    private boolean isForced;

    @Option(
            names = {"-v", "--volumes"},
            description = "Remove anonymous volumes, too.")
    private boolean withVolumes;

    @Parameters(arity = "1..*", paramLabel = "CONTAINER")
    private List<String> containers = List.of();

    @Override
    public int run(final ApiClient engine, final Console console) throws IOException {
        return Each.each(containers, console, name -> {
            engine.delete(new Query("/containers/" + Query.encode(name))
                            .withFlag("force", isForced)
                            .withFlag("v", withVolumes)
                            .toString())
                    .close();
            console.out().println(name);
        });
    }
}
