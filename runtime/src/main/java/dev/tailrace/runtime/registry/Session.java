package dev.tailrace.runtime.registry;

import dev.tailrace.runtime.registry.RegistryException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Talks to one place of a registry, as it wants to be asked. Safe for several threads.
final class Session {
    private static final int BAD_REQUEST = 400;
    private static final int UNAUTHORIZED = 401;

    private final Transport transport;
    private final Endpoint endpoint;
    private final Authorizer authorizer;

    private Session(final Transport transport, final Endpoint endpoint, final Authorizer authorizer) {
        this.transport = transport;
        this.endpoint = endpoint;
        this.authorizer = authorizer;
    }

    /// The first of the places that answers at all.
    ///
    /// @param scope see [Authorizer]
    /// @throws RegistryException none does: of kind `UNREACHABLE`, saying what was tried; or the one
    /// that does refuses
    static Session open(
            final Transport transport,
            final List<Endpoint> endpoints,
            final Credentials credentials,
            final String scope)
            throws InterruptedException {
        final Map<Endpoint, RegistryException> failures = new LinkedHashMap<>();
        for (final Endpoint endpoint : endpoints) {
            final Authorizer authorizer = new Authorizer(transport, endpoint, credentials, scope);
            final Session session = new Session(transport, endpoint, authorizer);
            try {
                session.ping();
                return session;
            } catch (final RegistryException e) {
                if (e.kind() != Kind.UNREACHABLE) {
                    throw e;
                }
                failures.put(endpoint, e);
            }
        }
        throw unreachable(failures);
    }

    /// Of several failures the one over plain HTTP, as with Docker, and what else was tried.
    private static RegistryException unreachable(final Map<Endpoint, RegistryException> failures) {
        final List<Endpoint> tried = new ArrayList<>(failures.keySet());
        final Endpoint shown =
                tried.stream().filter(Endpoint::isPlain).findFirst().orElse(tried.getLast());
        tried.remove(shown);
        final RegistryException failure = Objects.requireNonNull(failures.get(shown));
        if (tried.isEmpty()) {
            return failure;
        }
        final List<String> others =
                tried.stream().map(other -> other.base().toString()).toList();
        return new RegistryException(
                Kind.UNREACHABLE, failure.getMessage() + " (and " + String.join(", ", others) + ")", failure);
    }

    Endpoint endpoint() {
        return endpoint;
    }

    /// Asks, with credentials if the registry wants them.
    ///
    /// @throws RegistryException of kind `UNREACHABLE` if nobody answers, and of `UNAUTHORIZED` for 401
    HttpResponse<InputStream> send(final Call call) throws InterruptedException {
        try {
            return trySend(call);
        } catch (final IOException e) {
            throw Answers.unreachable(call, e);
        }
    }

    /// The same, where a cut connection is to be told from the rest.
    HttpResponse<InputStream> trySend(final Call call) throws IOException, InterruptedException {
        final boolean isOurs = endpoint.isOrigin(call.uri());
        final String used = isOurs ? authorizer.authorization() : "";
        final HttpResponse<InputStream> response = transport.send(call, used);
        if (!isRefusal(response)) {
            return response;
        }
        authorizer.take(call, response, used);
        final HttpResponse<InputStream> second = transport.send(call, authorizer.authorization());
        if (isRefusal(second)) {
            throw Answers.refusal(call, second);
        }
        return second;
    }

    /// Finds out who is there and what it wants (distribution specification, "Determining Support").
    private void ping() throws InterruptedException {
        final Call call = Call.get(endpoint.resolve("/v2/"), Map.of());
        final HttpResponse<InputStream> response = send(call);
        if (response.statusCode() == BAD_REQUEST && endpoint.isPlain()) {
            // So answer servers that speak TLS at this port.
            throw new RegistryException(
                    Kind.UNREACHABLE, Answers.refusal(call, response).getMessage() + ": it may want https");
        }
        if (response.statusCode() != 200) {
            throw Answers.refusal(call, response);
        }
        try {
            Answers.discard(response);
        } catch (final IOException e) {
            throw Answers.unreachable(call, e);
        }
    }

    /// 401 of the registry itself; another host, which a redirect leads to, has nothing to ask us for.
    private boolean isRefusal(final HttpResponse<InputStream> response) {
        return response.statusCode() == UNAUTHORIZED && endpoint.isOrigin(response.uri());
    }
}
