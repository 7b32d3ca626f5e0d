package dev.tailrace.runtime.volume;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import com.grack.nanojson.JsonWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/// `volume.json`.
final class VolumeDocument {
    private VolumeDocument() {}

    static byte[] bytes(final Volume volume) {
        return JsonWriter.string(Map.of(
                        "created",
                        volume.created().toString(),
                        "labels",
                        volume.labels(),
                        "anonymous",
                        volume.isAnonymous()))
                .getBytes(StandardCharsets.UTF_8);
    }

    /// @throws VolumeException it is not what we write, or cannot be read
    static Volume read(final String name, final Path file, final Path files) {
        try {
            final JsonObject json = JsonParser.object().from(Files.readString(file));
            final Map<String, String> labels = new HashMap<>();
            json.getObject("labels", new JsonObject()).forEach((key, value) -> labels.put(key, String.valueOf(value)));
            return new Volume(
                    name, files, labels, Instant.parse(json.getString("created", "")), json.getBoolean("anonymous"));
        } catch (final IOException | JsonParserException | DateTimeException e) {
            final String reason = String.valueOf(e.getMessage()).replaceAll("\\R+", " ");
            throw new VolumeException(
                    "volume " + name + " is damaged: " + file + ": "
                            + (e instanceof NoSuchFileException ? "not there" : reason),
                    e);
        }
    }
}
