package dev.tailrace.runtime.cli;

import com.grack.nanojson.JsonObject;
import dev.tailrace.runtime.client.ApiClient;
import dev.tailrace.runtime.client.Query;
import dev.tailrace.runtime.client.Reply;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `tailrace load`.
@Command(name = "tailrace load", description = "Reads images from an archive of docker save, or an OCI layout.")
final class LoadCommand implements EngineCommand {
    @Option(
            names = {"-i", "--input"},
            paramLabel = "FILE",
            description = "Instead of the standard input.")
    private String file = "";

    @Option(
            names = {"-q", "--quiet"},
            description = "Say nothing of how it goes.")
    private boolean isQuiet;

    @Override
    public int run(final ApiClient engine, final Console console) throws IOException {
        try (InputStream archive = file.isEmpty() ? console.in() : Files.newInputStream(Path.of(file))) {
            load(engine, archive, isQuiet ? line -> {} : console.out()::println);
        }
        return ExitCode.SUCCESS;
    }

    /// @param loaded is told what the engine says, a line each
    static void load(final ApiClient engine, final InputStream archive, final Consumer<String> loaded)
            throws IOException {
        final String path = new Query("/images/load").with("quiet", "1").toString();
        try (Reply reply = engine.upload(path, archive)) {
            for (final JsonObject step : new JsonStream(reply.body())) {
                JsonStream.refuseError(step);
                loaded.accept(Json.text(step, "stream").stripTrailing());
            }
        }
    }
}
