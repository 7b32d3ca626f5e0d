package dev.tailrace.runtime.cli;

import com.grack.nanojson.JsonObject;
import dev.tailrace.runtime.client.ApiClient;
import dev.tailrace.runtime.client.Query;
import dev.tailrace.runtime.client.Reply;
import java.io.IOException;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `tailrace pull NAME[:TAG|@DIGEST]`.
@Command(name = "tailrace pull", description = "Gets an image from its registry, which must not ask for a password.")
final class PullCommand implements EngineCommand {
    @Parameters(index = "0", paramLabel = "NAME[:TAG|@DIGEST]")
    private String image = "";

    @Option(names = "--platform", paramLabel = "OS/ARCHITECTURE", description = "Of several images in one.")
    private String platform = "";

    @Option(
            names = {"-q", "--quiet"},
            description = "Say nothing of how it goes.")
    private boolean isQuiet;

    @Override
    public int run(final ApiClient engine, final Console console) throws IOException {
        pull(engine, image, platform, isQuiet ? line -> {} : console.out()::println);
        return ExitCode.SUCCESS;
    }

    /// @param told what the engine says, a line each
    static void pull(final ApiClient engine, final String image, final String platform, final Consumer<String> told)
            throws IOException {
        final boolean isDigest = image.contains("@");
        final ImageName name = ImageName.of(image);
        final Query query = isDigest
                ? new Query("/images/create").with("fromImage", image)
                : new Query("/images/create")
                        .with("fromImage", name.repository())
                        .with("tag", name.tag());
        try (Reply reply = engine.post(query.withAny("platform", platform).toString())) {
            for (final JsonObject step : new JsonStream(reply.body())) {
                JsonStream.refuseError(step);
                // How many bytes there are so far is for a terminal.
                if (Json.object(step, "progressDetail").isEmpty()
                        && !Json.text(step, "status").isEmpty()) {
                    final String id = Json.text(step, "id");
                    told.accept((id.isEmpty() ? "" : id + ": ") + Json.text(step, "status"));
                }
            }
        }
    }
}
