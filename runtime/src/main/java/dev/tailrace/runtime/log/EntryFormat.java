package dev.tailrace.runtime.log;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import com.grack.nanojson.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/// An entry as a line of Docker's json-file: `{"log":"text\n","stream":"stdout","time":"2026-11-28T14:13:07.123Z"}`.
public final class EntryFormat {
    private static final DateTimeFormatter NANOSECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.nnnnnnnnn'Z'").withZone(ZoneOffset.UTC);

    private EntryFormat() {}

    /// RFC 3339 with nine digits of a second, so that all are of one width, as in `docker logs --timestamps`.
    public static String timestamp(final Instant time) {
        return NANOSECONDS.format(time);
    }

    static byte[] line(final LogEntry entry) {
        return ("{\"log\":" + JsonWriter.string(entry.text()) + ",\"stream\":\""
                        + entry.stream().text() + "\",\"time\":\"" + timestamp(entry.time()) + "\"}\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    /// Empty for a line that is none of ours.
    static Optional<LogEntry> parse(final String line) {
        try {
            final JsonObject object = JsonParser.object().from(line);
            final String text = object.getString("log");
            final String time = object.getString("time");
            if (text == null || time == null) {
                return Optional.empty();
            }
            final boolean isError = LogStream.STDERR.text().equals(object.getString("stream"));
            return Optional.of(new LogEntry(isError ? LogStream.STDERR : LogStream.STDOUT, Instant.parse(time), text));
        } catch (final JsonParserException | DateTimeException e) {
            return Optional.empty();
        }
    }
}
