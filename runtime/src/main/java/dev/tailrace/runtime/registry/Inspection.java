package dev.tailrace.runtime.registry;

import com.grack.nanojson.JsonObject;
import dev.tailrace.runtime.image.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a registry has under a name.
///
/// @param platforms `os`, `architecture` and perhaps `variant` each
public record Inspection(String mediaType, String digest, long sizeBytes, List<Map<String, String>> platforms) {
    private static final int MOST_CONFIG_BYTES = 8 << 20;

    static Inspection of(final Repository repository, final String reference) throws InterruptedException {
        final Repository.Fetched fetched = repository.manifest(reference);
        final List<Map<String, String>> platforms = new ArrayList<>();
        switch (Manifest.parse(fetched.bytes(), "manifest " + fetched.digest())) {
            case final Manifest.OfImage image ->
                platforms.add(platform(
                        Json.object(repository.document(image.config(), MOST_CONFIG_BYTES), "the configuration")));
            case final Manifest.OfPlatforms list ->
                list.entries().forEach(entry -> platforms.add(platform(entry.platform())));
        }
        return new Inspection(fetched.mediaType(), fetched.digest(), fetched.bytes().length, platforms);
    }

    private static Map<String, String> platform(final JsonObject json) {
        final Map<String, String> platform = new LinkedHashMap<>();
        for (final String key : List.of("architecture", "os", "variant")) {
            if (!Json.text(json, key).isEmpty()) {
                platform.put(key, Json.text(json, key));
            }
        }
        return platform;
    }
}
