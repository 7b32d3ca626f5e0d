package dev.tailrace.runtime.cli;

import dev.tailrace.runtime.client.ApiClient;
import dev.tailrace.runtime.client.Query;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `tailrace save IMAGE...`.
@Command(name = "tailrace save", description = "Writes images as an archive that docker load reads.")
final class SaveCommand implements EngineCommand {
    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Instead of the standard output.")
    private String file = "";

    @Parameters(arity = "1..*", paramLabel = "IMAGE")
    private List<String> images = List.of();

    @Override
    public int run(final ApiClient engine, final Console console) throws IOException {
        final Query path = new Query("/images/get");
        images.forEach(image -> path.with("names", image));
        Download.to(file, engine, path.toString(), console);
        return ExitCode.SUCCESS;
    }
}
