package dev.tailrace.runtime.cli;

import com.grack.nanojson.JsonObject;
import dev.tailrace.runtime.client.ApiClient;
import dev.tailrace.runtime.client.Query;
import dev.tailrace.runtime.client.Reply;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `tailrace images`.
@Command(name = "tailrace images", description = "Lists images.")
final class ImagesCommand implements EngineCommand {
    private static final String NONE = "<none>";

    @Option(
            names = {"-a", "--all"},
            description = "Those without names that others are made of, too.")
    private boolean isAll;

    @Option(
            names = {"-q", "--quiet"},
            description = "Their ids only.")
    private boolean isQuiet;

    @Option(names = "--no-trunc", description = "Print ids in full.")
    private boolean isWhole;

    @Option(
            names = {"-f", "--filter"},
            paramLabel = "NAME=VALUE",
            description = "Only those that fit.")
    private List<String> filters = List.of();

    @Option(names = "--format", paramLabel = "TEMPLATE", description = "As {{.Repository}}:{{.Tag}}, or json.")
    private String format = "";

    @Parameters(arity = "0..1", paramLabel = "NAME")
    private String name = "";

    @Override
    public int run(final ApiClient engine, final Console console) throws IOException {
        final List<String> wanted = new ArrayList<>(filters);
        if (!name.isEmpty()) {
            wanted.add("reference=" + name);
        }
        final String path = new Query("/images/json")
                .withFlag("all", isAll)
                .withAny("filters", Filters.json(wanted))
                .toString();
        try (Reply reply = engine.get(path)) {
            final List<JsonObject> rows = new ArrayList<>();
            Json.objects(reply.array()).forEach(image -> addRows(image, rows));
            if (isQuiet) {
                rows.stream().map(row -> row.getString("ID")).distinct().forEach(console.out()::println);
            } else if (!format.isEmpty()) {
                Rows.print(format, rows, console);
            } else {
                final Table table = new Table("REPOSITORY", "TAG", "IMAGE ID", "CREATED", "SIZE");
                for (final JsonObject row : rows) {
                    table.add(
                            row.getString("Repository"),
                            row.getString("Tag"),
                            row.getString("ID"),
                            row.getString("CreatedSince"),
                            row.getString("Size"));
                }
                table.print(console.out());
            }
        }
        return ExitCode.SUCCESS;
    }

    /// A row for each name, one if there is none.
    private void addRows(final JsonObject image, final List<JsonObject> rows) {
        final List<String> tags = Json.texts(image, "RepoTags");
        for (final String tag : tags.isEmpty() ? List.of(NONE + ":" + NONE) : tags) {
            final ImageName tagged = ImageName.of(tag);
            final Instant created = Words.instant(image.get("Created"));
            final String id = Json.text(image, "Id");
            final JsonObject row = new JsonObject();
            row.put("ID", isWhole ? id : Words.shortId(id));
            row.put("Repository", tagged.repository());
            row.put("Tag", tagged.tag());
            row.put("CreatedSince", Words.ago(created, Instant.now()));
            row.put("CreatedAt", created.toString());
            row.put("Size", Words.size(image.getLong("Size")));
            rows.add(row);
        }
    }
}
