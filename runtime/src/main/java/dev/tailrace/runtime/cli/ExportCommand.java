package dev.tailrace.runtime.cli;

import dev.tailrace.runtime.client.ApiClient;
import dev.tailrace.runtime.client.Query;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `tailrace export CONTAINER`.
@Command(name = "tailrace export", description = "Writes a container's files as an archive.")
final class ExportCommand implements EngineCommand {
    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Instead of the standard output.")
    private String file = "";

    @Parameters(paramLabel = "CONTAINER")
    private String container = "";

    @Override
    public int run(final ApiClient engine, final Console console) throws IOException {
        Download.to(file, engine, "/containers/" + Query.encode(container) + "/export", console);
        return ExitCode.SUCCESS;
    }
}
