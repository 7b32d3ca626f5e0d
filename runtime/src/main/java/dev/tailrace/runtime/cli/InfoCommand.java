package dev.tailrace.runtime.cli;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonWriter;
import dev.tailrace.runtime.client.ApiClient;
import dev.tailrace.runtime.client.Reply;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `tailrace info`.
@Command(name = "tailrace info", description = "Shows the engine and its warnings.")
final class InfoCommand implements EngineCommand {
    /// Members of the answer, in the order in which they are shown.
    private static final List<String> MEMBERS = List.of(
            "ServerVersion",
            "Containers",
            "ContainersRunning",
            "ContainersPaused",
            "ContainersStopped",
            "Images",
            "Driver",
            "DriverStatus",
            "LoggingDriver",
            "CgroupDriver",
            "CgroupVersion",
            "DefaultRuntime",
            "InitBinary",
            "SecurityOptions",
            "KernelVersion",
            "OperatingSystem",
            "OSType",
            "Architecture",
            "NCPU",
            "MemTotal",
            "Name",
            "DockerRootDir");

    @Option(
            names = {"-f", "--format"},
            paramLabel = "TEMPLATE",
            description = "As {{.Driver}}, or json.")
    private String format = "";

    @Override
    public int run(final ApiClient engine, final Console console) throws IOException {
        try (Reply reply = engine.get("/info")) {
            final JsonObject info = reply.object();
            if (format.equals("json")) {
                console.out().println(JsonWriter.string(info));
            } else if (!format.isEmpty()) {
                console.out().println(Template.parse(format).apply(info));
            } else {
                for (final String member : MEMBERS) {
                    show(member, info.get(member), console);
                }
                console.out().flush();
                Json.texts(info, "Warnings").forEach(console.err()::println);
            }
        }
        return ExitCode.SUCCESS;
    }

    private static void show(final String name, final @Nullable Object value, final Console console) {
        if (value instanceof JsonArray array) {
            console.out().println(name + ":");
            for (final Object element : array) {
                console.out()
                        .println("  "
                                + (element instanceof JsonArray pair && pair.size() == 2
                                        ? pair.get(0) + ": " + pair.get(1)
                                        : element));
            }
        } else if (value != null) {
            console.out().println(name + ": " + value);
        }
    }
}
