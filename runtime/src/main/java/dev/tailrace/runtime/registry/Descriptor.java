package dev.tailrace.runtime.registry;

import com.grack.nanojson.JsonObject;
import dev.tailrace.runtime.image.Json;
import dev.tailrace.runtime.storage.Digests;
import java.util.LinkedHashMap;
import java.util.Map;

/// What a registry has under a digest (OCI image specification, descriptor.md).
record Descriptor(String mediaType, String digest, long sizeBytes) {
    private static final int SHORT_DIGITS = 12;

    /// @throws RegistryException it is none
    static Descriptor of(final JsonObject json, final String what) {
        final String digest = Json.text(json, "digest");
        if (!Digests.isDigest(digest)) {
            throw RegistryException.malformed(what + ": \"" + Transport.oneLine(digest) + "\" is no sha256 digest");
        }
        if (!(json.get("size") instanceof final Number size)
                || size.longValue() < 0
                || size.doubleValue() != size.longValue()) {
            throw RegistryException.malformed(what + ": the size of " + digest + " is no number of bytes");
        }
        return new Descriptor(Json.text(json, "mediaType"), digest, size.longValue());
    }

    /// What people see.
    String shortId() {
        return Digests.hex(digest).substring(0, SHORT_DIGITS);
    }

    Map<String, Object> json() {
        final Map<String, Object> json = new LinkedHashMap<>();
        json.put("mediaType", mediaType);
        json.put("size", sizeBytes);
        json.put("digest", digest);
        return json;
    }
}
