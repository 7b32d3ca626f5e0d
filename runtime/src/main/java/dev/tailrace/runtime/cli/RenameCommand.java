package dev.tailrace.runtime.cli;

import dev.tailrace.runtime.client.ApiClient;
import dev.tailrace.runtime.client.Query;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `tailrace rename CONTAINER NAME`.
@Command(name = "tailrace rename", description = "Gives a container another name.")
final class RenameCommand implements EngineCommand {
    @Parameters(index = "0", paramLabel = "CONTAINER")
    private String container = "";

    @Parameters(index = "1", paramLabel = "NAME")
    private String name = "";

    @Override
    public int run(final ApiClient engine, final Console console) throws IOException {
        engine.post(new Query("/containers/" + Query.encode(container) + "/rename")
                        .with("name", name)
                        .toString())
                .close();
        return ExitCode.SUCCESS;
    }
}
