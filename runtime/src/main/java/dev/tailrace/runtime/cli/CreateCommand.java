package dev.tailrace.runtime.cli;

import dev.tailrace.runtime.client.ApiClient;
import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `tailrace create IMAGE [COMMAND...]`.
@Command(name = "tailrace create", description = "Makes a container, and prints its id.")
final class CreateCommand implements EngineCommand, TakesCommand {
    @Mixin
    private ContainerOptions options = new ContainerOptions();

    @Override
    public int run(final ApiClient engine, final Console console) throws IOException {
        final CreateBody body = new CreateBody(options, console.environment());
        console.out().println(Creation.create(engine, console, options, body.make(false, Optional.empty())));
        return ExitCode.SUCCESS;
    }
}
