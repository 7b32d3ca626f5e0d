package dev.tailrace.runtime.cli;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonWriter;
import dev.tailrace.runtime.client.ApiClient;
import dev.tailrace.runtime.client.ApiException;
import dev.tailrace.runtime.client.Query;
import dev.tailrace.runtime.client.Reply;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `tailrace inspect NAME...`.
@Command(name = "tailrace inspect", description = "Shows all that is known of containers or images.")
final class InspectCommand implements EngineCommand {
    private static final int NOT_FOUND = 404;

    @Option(
            names = {"-f", "--format"},
            paramLabel = "TEMPLATE",
            description = "As {{.State.Status}}, instead of all.")
    private String format = "";

    @Option(
            names = {"-s", "--size"},
            description = "Bytes that containers have written, too.")
    private boolean withSize;

    @Option(names = "--type", paramLabel = "TYPE", description = "container or image, if the name is not enough.")
    private String type = "";

    @Parameters(arity = "1..*", paramLabel = "NAME")
    private List<String> names = List.of();

    @Override
    public int run(final ApiClient engine, final Console console) throws IOException {
        if (!type.matches("|container|image")) {
            throw new CommandException(ExitCode.FAILURE, "inspect: --type is container or image, and not " + type);
        }
        final Optional<Template> template =
                format.isEmpty() || format.equals("json") ? Optional.empty() : Optional.of(Template.parse(format));
        final JsonArray all = new JsonArray();
        int status = ExitCode.SUCCESS;
        for (final String name : names) {
            final Optional<JsonObject> found = find(engine, name);
            if (found.isEmpty()) {
                console.err().println("Error: No such " + (type.isEmpty() ? "object" : type) + ": " + name);
                status = ExitCode.FAILURE;
            } else if (template.isPresent()) {
                console.out().println(template.get().apply(found.get()));
            } else {
                all.add(found.get());
            }
        }
        if (template.isEmpty()) {
            console.out().println(format.isEmpty() ? PrettyJson.of(all) : JsonWriter.string(all));
        }
        return status;
    }

    private Optional<JsonObject> find(final ApiClient engine, final String name) throws IOException {
        final String encoded = Query.encode(name);
        if (!type.equals("image")) {
            final Query path = new Query("/containers/" + encoded + "/json").withFlag("size", withSize);
            final Optional<JsonObject> container = get(engine, path.toString());
            if (container.isPresent()) {
                return container;
            }
        }
        return type.equals("container") ? Optional.empty() : get(engine, "/images/" + encoded + "/json");
    }

    private static Optional<JsonObject> get(final ApiClient engine, final String path) throws IOException {
        try (Reply reply = engine.get(path)) {
            return Optional.of(reply.object());
        } catch (final ApiException e) {
            if (e.status() == NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
