package dev.tailrace.runtime.registry;

import com.grack.nanojson.JsonObject;
import dev.tailrace.runtime.image.Json;
import dev.tailrace.runtime.image.Platform;
import dev.tailrace.runtime.registry.RegistryException.Kind;

/// Which of several images is wanted, in the words of Go.
///
/// @param variant such as `v8`; empty for any
record WantedPlatform(String os, String architecture, String variant) {
    private static final String ARM64 = "arm64";
    private static final String USUAL_ARM64 = "v8";

    /// @param text `os/architecture[/variant]`; empty for this machine
    /// @throws RegistryException it is something else
    static WantedPlatform parse(final String text) {
        if (text.isEmpty()) {
            return new WantedPlatform(Platform.OS, Platform.ARCHITECTURE, "");
        }
        final String[] words = text.split("/", -1);
        if (!text.matches("[a-z0-9]+(/[a-zA-Z0-9_]+){0,2}")) {
            throw new RegistryException(Kind.INVALID, "invalid platform: " + Transport.oneLine(text));
        }
        final String architecture = words.length < 2 ? Platform.ARCHITECTURE : words[1];
        return new WantedPlatform(
                words[0],
                switch (architecture) {
                    case "x86_64" -> "amd64";
                    case "aarch64" -> ARM64;
                    default -> architecture;
                },
                words.length < 3 ? "" : words[2]);
    }

    boolean isExactly(final JsonObject platform) {
        return accepts(platform) && Json.text(platform, "variant").equals(variant);
    }

    boolean accepts(final JsonObject platform) {
        return Json.text(platform, "os").equals(os)
                && Json.text(platform, "architecture").equals(architecture)
                && (variant.isEmpty() || normal(Json.text(platform, "variant")).equals(normal(variant)));
    }

    @Override
    public String toString() {
        return os + "/" + architecture + (variant.isEmpty() ? "" : "/" + variant);
    }

    private String normal(final String given) {
        return architecture.equals(ARM64) && given.isEmpty() ? USUAL_ARM64 : given;
    }
}
