package dev.tailrace.runtime.cli;

import com.grack.nanojson.JsonObject;
import dev.tailrace.runtime.client.ApiClient;
import dev.tailrace.runtime.client.Query;
import dev.tailrace.runtime.client.Reply;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `tailrace import FILE [NAME[:TAG]]`.
@Command(name = "tailrace import", description = "Makes an image of an archive of files.")
final class ImportCommand implements EngineCommand {
    @Option(
            names = {"-m", "--message"},
            paramLabel = "TEXT",
            description = "To be kept with the image.")
    private String message = "";

    @Option(
            names = {"-c", "--change"},
            paramLabel = "INSTRUCTION",
            description = "Of a Dockerfile, such as CMD.")
    private List<String> changes = List.of();

    @Parameters(index = "0", paramLabel = "FILE|-")
    private String file = "";

    @Parameters(index = "1", arity = "0..1", paramLabel = "NAME[:TAG]")
    private String name = "";

    @Override
    public int run(final ApiClient engine, final Console console) throws IOException {
        final Query path = new Query("/images/create")
                .with("fromSrc", "-")
                .withAny("repo", name)
                .withAny("message", message);
        changes.forEach(change -> path.with("changes", change));
        try (InputStream archive = file.equals("-") ? console.in() : Files.newInputStream(Path.of(file));
                Reply reply = engine.upload(path.toString(), archive)) {
            for (final JsonObject step : new JsonStream(reply.body())) {
                JsonStream.refuseError(step);
                console.out().println(Json.text(step, "status"));
            }
        }
        return ExitCode.SUCCESS;
    }
}
