package dev.tailrace.runtime.cli;

import com.grack.nanojson.JsonObject;
import dev.tailrace.runtime.client.ApiClient;
import dev.tailrace.runtime.client.Query;
import dev.tailrace.runtime.client.Reply;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `tailrace ps`.
@Command(name = "tailrace ps", description = "Lists containers.")
final class PsCommand implements EngineCommand {
    private static final int COMMAND_LENGTH = 20;

    @Option(
            names = {"-a", "--all"},
            description = "Those that have ended, too.")
    private boolean isAll;

    @Option(
            names = {"-q", "--quiet"},
            description = "Their ids only.")
    private boolean isQuiet;

    @Option(
            names = {"-n", "--last"},
            paramLabel = "NUMBER",
            description = "The latest, of whatever state.")
    private int last;

    @Option(
            names = {"-l", "--latest"},
            description = "The latest one.")
    private boolean isLatest;

    @Option(names = "--no-trunc", description = "Print ids and commands in full.")
    private boolean isWhole;

    @Option(
            names = {"-s", "--size"},
            description = "Bytes that they have written.")
    private boolean withSize;

    @Option(
            names = {"-f", "--filter"},
            paramLabel = "NAME=VALUE",
            description = "Only those that fit.")
    private List<String> filters = List.of();

    @Option(names = "--format", paramLabel = "TEMPLATE", description = "As {{.ID}} {{.Names}}, or json.")
    private String format = "";

    @Override
    public int run(final ApiClient engine, final Console console) throws IOException {
        final int limit = isLatest ? 1 : last;
        final String path = new Query("/containers/json")
                .withFlag("all", isAll)
                .withFlag("size", withSize)
                .withAny("limit", limit > 0 ? Integer.toString(limit) : "")
                .withAny("filters", Filters.json(filters))
                .toString();
        try (Reply reply = engine.get(path)) {
            final List<JsonObject> containers = Json.objects(reply.array());
            if (isQuiet) {
                containers.forEach(container -> console.out().println(id(container)));
            } else if (!format.isEmpty()) {
                Rows.print(format, containers.stream().map(this::row).toList(), console);
            } else {
                print(containers, console);
            }
        }
        return ExitCode.SUCCESS;
    }

    private void print(final List<JsonObject> containers, final Console console) {
        final Table table = withSize
                ? new Table("CONTAINER ID", "IMAGE", "COMMAND", "CREATED", "STATUS", "PORTS", "NAMES", "SIZE")
                : new Table("CONTAINER ID", "IMAGE", "COMMAND", "CREATED", "STATUS", "PORTS", "NAMES");
        for (final JsonObject container : containers) {
            final JsonObject row = row(container);
            final String[] cells =
                    List.of("ID", "Image", "Command", "RunningFor", "Status", "Ports", "Names", "Size").stream()
                            .limit(withSize ? 8 : 7)
                            .map(row::getString)
                            .toArray(String[]::new);
            table.add(cells);
        }
        table.print(console.out());
    }

    /// With the names that docker's templates have.
    private JsonObject row(final JsonObject container) {
        final Instant created = Words.instant(container.get("Created"));
        final String command = Json.text(container, "Command");
        final List<String> names = Json.texts(container, "Names").stream()
                .map(name -> name.startsWith("/") ? name.substring(1) : name)
                .toList();
        final JsonObject row = new JsonObject();
        row.put("ID", id(container));
        row.put("Image", Json.text(container, "Image"));
        row.put("Command", '"' + (isWhole ? command : Words.shorten(command, COMMAND_LENGTH)) + '"');
        row.put("CreatedAt", created.toString());
        row.put("RunningFor", Words.ago(created, Instant.now()));
        row.put("State", Json.text(container, "State"));
        row.put("Status", Json.text(container, "Status"));
        row.put("Ports", Words.ports(Json.objects(Json.array(container, "Ports"))));
        row.put("Names", String.join(",", names));
        row.put("Size", Words.size(container.getLong("SizeRw")));
        row.put("Labels", labels(Json.object(container, "Labels")));
        row.put(
                "Networks",
                String.join(
                        ",",
                        Json.object(Json.object(container, "NetworkSettings"), "Networks")
                                .keySet()));
        return row;
    }

    private String id(final JsonObject container) {
        final String id = Json.text(container, "Id");
        return isWhole ? id : Words.shortId(id);
    }

    private static String labels(final JsonObject labels) {
        return String.join(
                ",",
                labels.entrySet().stream()
                        .map(label -> label.getKey() + "=" + label.getValue())
                        .toList());
    }
}
