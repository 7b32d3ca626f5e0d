package dev.tailrace.runtime.cli;

import com.grack.nanojson.JsonObject;
import dev.tailrace.runtime.client.ApiClient;
import dev.tailrace.runtime.client.Query;
import dev.tailrace.runtime.client.Reply;
import dev.tailrace.runtime.client.StreamFrames;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `tailrace logs CONTAINER`.
@Command(
        name = "tailrace logs",
        description = "Shows what a container has written.",
        footer = {"", "tailrace logs --daemon [-f] [-n LINES] shows what the engine itself has said."})
final class LogsCommand implements EngineCommand {
    @Option(
            names = {"-f", "--follow"},
            description = "Go on with what it writes.")
    private boolean isFollowing;

    @Option(
            names = {"-t", "--timestamps"},
            description = "Say when.")
    private boolean withTimes;

    @Option(
            names = {"-n", "--tail"},
            paramLabel = "LINES",
            description = "The last so many; all otherwise.")
    private String tail = "all";

    @Option(names = "--since", paramLabel = "TIME", description = "From a time on, or as long ago as 10m.")
    private String since = "";

    @Option(names = "--until", paramLabel = "TIME", description = "Up to a time.")
    private String until = "";

    @Parameters(paramLabel = "CONTAINER")
    private String container = "";

    @Override
    public int run(final ApiClient engine, final Console console) throws IOException {
        final String base = "/containers/" + Query.encode(container);
        final boolean hasTerminal;
        try (Reply reply = engine.get(base + "/json")) {
            final JsonObject config = Json.object(reply.object(), "Config");
            hasTerminal = config.getBoolean("Tty");
        }
        final Instant now = Instant.now();
        final String path = new Query(base + "/logs")
                .with("stdout", "1")
                .with("stderr", "1")
                .withFlag("follow", isFollowing)
                .withFlag("timestamps", withTimes)
                .with("tail", tail)
                .withAny("since", time(since, now))
                .withAny("until", time(until, now))
                .toString();
        try (Reply reply = engine.get(path)) {
            if (hasTerminal) {
                Streams.copyAtOnce(reply.body(), console.out());
            } else {
                StreamFrames.copy(reply.body(), console.out(), console.err());
            }
        }
        return ExitCode.SUCCESS;
    }

    /// Seconds since 1970: of such a number, of RFC 3339, or of a duration before now as Go writes it (`1h30m`).
    static String time(final String text, final Instant now) {
        if (text.isEmpty() || text.matches("[0-9]+(\\.[0-9]{1,9})?")) {
            return text;
        }
        try {
            final Instant time = text.matches("([0-9.]+[hms])+")
                    ? now.minus(Duration.parse("PT" + text.toUpperCase(Locale.ROOT)))
                    : Instant.parse(text);
            return "%d.%09d".formatted(time.getEpochSecond(), time.getNano());
        } catch (final DateTimeException e) {
            throw new CommandException(
                    ExitCode.FAILURE,
                    "logs: \"" + text + "\" is no time: give 2026-11-28T12:00:00Z, a number of seconds, or 10m",
                    e);
        }
    }
}
