package dev.tailrace.runtime.cli;

import dev.tailrace.runtime.client.ApiClient;
import dev.tailrace.runtime.client.Query;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `tailrace tag IMAGE NAME[:TAG]`.
@Command(name = "tailrace tag", description = "Gives an image another name.")
final class TagCommand implements EngineCommand {
    @Parameters(index = "0", paramLabel = "IMAGE")
    private String image = "";

    @Parameters(index = "1", paramLabel = "NAME[:TAG]")
    private String name = "";

    @Override
    public int run(final ApiClient engine, final Console console) throws IOException {
        final ImageName target = ImageName.of(name);
        engine.post(new Query("/images/" + Query.encode(image) + "/tag")
                        .with("repo", target.repository())
                        .with("tag", target.tag())
                        .toString())
                .close();
        return ExitCode.SUCCESS;
    }
}
