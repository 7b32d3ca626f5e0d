package dev.tailrace.runtime.registry;

import com.grack.nanojson.JsonObject;
import dev.tailrace.runtime.image.ImageException;
import dev.tailrace.runtime.image.Json;
import dev.tailrace.runtime.registry.RegistryException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Knows what to say in `Authorization` to one registry: nothing at first, then what its challenges ask
/// for: Basic, or a token of the server that it names (Docker's token authentication, which the
/// registries of others have, too).
///
/// A registry with a certificate cannot have the credentials sent over plain HTTP.
final class Authorizer {
    private static final int MOST_TOKEN_BYTES = 1 << 20;
    private static final String CLIENT = "client_id=tailrace";

    private final Transport transport;
    private final Endpoint endpoint;
    private final Credentials credentials;
    private final String scope;

    // Guarded by this.
    private String authorization = "";

    /// @param scope `repository:NAME:pull`, or empty for that of the challenge only
    Authorizer(final Transport transport, final Endpoint endpoint, final Credentials credentials, final String scope) {
        this.transport = transport;
        this.endpoint = endpoint;
        this.credentials = credentials;
        this.scope = scope;
        if (!credentials.registryToken().isEmpty()) {
            authorization = "Bearer " + credentials.registryToken();
        }
    }

    synchronized String authorization() {
        return authorization;
    }

    /// Learns what an answer of 401 wants.
    ///
    /// @param used what the refused request had
    /// @throws RegistryException there is nothing to answer with, or the token server refuses
    synchronized void take(final Call call, final HttpResponse<InputStream> refused, final String used)
            throws IOException, InterruptedException {
        if (!used.equals(authorization)) {
            return; // another thread has a fresh one
        }
        final List<Challenge> challenges = Challenge.parse(refused.headers().allValues("WWW-Authenticate"));
        final Optional<Challenge> bearer = challenges.stream()
                .filter(challenge -> challenge.scheme().equals("bearer"))
                .findFirst();
        final boolean isBasic =
                challenges.stream().anyMatch(challenge -> challenge.scheme().equals("basic"));
        if (bearer.isPresent()) {
            Answers.discard(refused);
            authorization = "Bearer " + token(bearer.get());
        } else if (isBasic && credentials.hasUser() && !used.equals(credentials.basic())) {
            Answers.discard(refused);
            authorization = credentials.basic();
        } else if (isBasic && !credentials.hasUser()) {
            Answers.discard(refused);
            throw new RegistryException(Kind.UNAUTHORIZED, call.text() + ": no basic auth credentials");
        } else {
            throw Answers.refusal(call, refused);
        }
    }

    private String token(final Challenge challenge) throws IOException, InterruptedException {
        final URI realm = realm(challenge);
        final Call call = credentials.identityToken().isEmpty()
                ? Call.get(withQuery(realm, query(challenge)), Map.of())
                : exchange(realm, challenge);
        final boolean isByPassword = credentials.hasUser() && call.isSafe();
        final HttpResponse<InputStream> response;
        try {
            response = transport.send(call, isByPassword ? credentials.basic() : "");
        } catch (final IOException e) {
            throw Answers.unreachable(call, e);
        }
        if (response.statusCode() != 200) {
            throw Answers.refusal(call, response);
        }
        try {
            final JsonObject json = Json.object(Answers.document(response, MOST_TOKEN_BYTES), "the token");
            final String token = Json.text(json, "token");
            final String found = token.isEmpty() ? Json.text(json, "access_token") : token;
            if (!found.isEmpty() && found.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
                return found;
            }
        } catch (final ImageException e) {
            throw new RegistryException(Kind.MALFORMED, call.text() + ": the answer is no token", e);
        }
        throw RegistryException.malformed(
                call.text() + ": authorization server did not include a token in the response");
    }

    private URI realm(final Challenge challenge) {
        final String text = challenge.parameter("realm");
        try {
            final URI realm = URI.create(text);
            final String scheme = Origin.of(realm).scheme();
            if (realm.getHost() != null && (scheme.equals("https") || scheme.equals("http") && endpoint.isPlain())) {
                return realm;
            }
        } catch (final IllegalArgumentException e) {
            throw new RegistryException(
                    Kind.MALFORMED, endpoint.base() + ": malformed token server: " + Transport.oneLine(text), e);
        }
        throw RegistryException.malformed(
                endpoint.base() + ": the token server " + Transport.oneLine(text) + " is refused: https is required");
    }

    private String query(final Challenge challenge) {
        final List<String> words = new ArrayList<>();
        if (!challenge.parameter("service").isEmpty()) {
            words.add("service=" + encode(challenge.parameter("service")));
        }
        final String wanted = scope.isEmpty() ? challenge.parameter("scope") : scope;
        if (!wanted.isEmpty()) {
            words.add("scope=" + encode(wanted));
        }
        if (credentials.hasUser()) {
            words.add("account=" + encode(credentials.user()));
        }
        words.add(CLIENT);
        return String.join("&", words);
    }

    private Call exchange(final URI realm, final Challenge challenge) {
        final String form =
                query(challenge) + "&grant_type=refresh_token&refresh_token=" + encode(credentials.identityToken());
        return new Call(
                "POST",
                realm,
                Map.of("Content-Type", "application/x-www-form-urlencoded"),
                () -> BodyPublishers.ofString(form));
    }

    private static URI withQuery(final URI uri, final String query) {
        return URI.create(uri + (uri.getRawQuery() == null ? "?" : "&") + query);
    }

    private static String encode(final String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
