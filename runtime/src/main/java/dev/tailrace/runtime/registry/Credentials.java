package dev.tailrace.runtime.registry;

import com.grack.nanojson.JsonObject;
import dev.tailrace.runtime.image.ImageException;
import dev.tailrace.runtime.image.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// What a user shows to a registry, as docker's client sends it (Engine API, `AuthConfig`). All empty
/// for nothing.
///
/// @param identityToken to be exchanged for tokens, instead of a password
/// @param registryToken to be shown as it is
/// @param server that they are for, as the user wrote it; empty if it is not said
public record Credentials(String user, String password, String identityToken, String registryToken, String server) {
    public static final Credentials NONE = new Credentials("", "", "", "", "");

    /// @param header `X-Registry-Auth`: a JSON object in base64, for URLs or not; empty for none
    /// @throws RegistryException if it is something else
    public static Credentials ofHeader(final String header) {
        if (header.isBlank()) {
            return NONE;
        }
        try {
            final byte[] json =
                    Base64.getDecoder().decode(header.strip().replace('-', '+').replace('_', '/'));
            return of(Json.object(json, "the header"));
        } catch (final IllegalArgumentException | ImageException e) {
            throw new RegistryException(RegistryException.Kind.INVALID, "invalid X-Registry-Auth header", e);
        }
    }

    /// @param json `AuthConfig`
    /// @throws IllegalArgumentException `auth` is no base64
    public static Credentials of(final JsonObject json) {
        String user = Json.text(json, "username");
        String password = Json.text(json, "password");
        final String both = Json.text(json, "auth");
        if (user.isEmpty() && !both.isEmpty()) {
            final String text = new String(Base64.getDecoder().decode(both), StandardCharsets.UTF_8);
            final int colon = text.indexOf(':');
            user = colon < 0 ? text : text.substring(0, colon);
            password = colon < 0 ? "" : text.substring(colon + 1);
        }
        return new Credentials(
                user,
                password,
                Json.text(json, "identitytoken"),
                Json.text(json, "registrytoken"),
                Json.text(json, "serveraddress"));
    }

    boolean hasUser() {
        return !user.isEmpty();
    }

    /// The value of `Authorization` for HTTP's Basic scheme (RFC 7617).
    String basic() {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    /// Without what nobody may read.
    @Override
    public String toString() {
        return "Credentials[user=" + user + "]";
    }
}
