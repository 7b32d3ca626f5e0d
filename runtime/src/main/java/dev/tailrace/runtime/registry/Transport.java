package dev.tailrace.runtime.registry;

import dev.tailrace.runtime.registry.RegistryException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// Sends the requests of one operation, and follows redirects. Safe for several threads.
///
/// `Authorization` goes to the origin that it was given for, and not with a redirect to another:
/// registries send clients to storage of others for blobs. No redirect leads from `https` to `http`.
final class Transport implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(15);

    /// Until the head of an answer; what follows has its own bound, [TimedBody].
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(60);

    private static final int MOST_REDIRECTS = 8;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    private final RegistrySettings settings;

    // Guarded by itself.
    private final Map<String, HttpClient> clients = new HashMap<>();

    Transport(final RegistrySettings settings) {
        this.settings = settings;
    }

    /// @param authorization for the origin of the call's address; empty for none
    /// @return with a body that is to be closed
    /// @throws IOException nobody answers there
    HttpResponse<InputStream> send(final Call call, final String authorization)
            throws IOException, InterruptedException {
        final Origin origin = Origin.of(call.uri());
        Call current = call;
        for (int i = 0; i < MOST_REDIRECTS; i++) {
            final boolean isOrigin = Origin.of(current.uri()).equals(origin);
            final HttpResponse<InputStream> response =
                    client(current.uri()).send(request(current, isOrigin ? authorization : ""), TimedBody.handler());
            if (!call.isSafe() || !REDIRECTS.contains(response.statusCode())) {
                return response;
            }
            Answers.discard(response);
            current = current.at(target(current.uri(), response));
        }
        throw RegistryException.malformed(call.text() + ": more than " + MOST_REDIRECTS + " redirects");
    }

    @Override
    public void close() {
        synchronized (clients) {
            clients.values().forEach(HttpClient::shutdownNow);
            clients.clear();
        }
    }

    /// Where an answer says to go on, which is checked as far as nobody is to be fooled.
    static URI target(final URI from, final HttpResponse<?> response) {
        final String location = response.headers().firstValue("Location").orElse("");
        final URI target;
        try {
            target = from.resolve(location);
        } catch (final IllegalArgumentException e) {
            throw new RegistryException(
                    Kind.MALFORMED, from + " redirects to what is no address: " + oneLine(location), e);
        }
        final String scheme = Origin.of(target).scheme();
        final boolean isSafe = scheme.equals("https")
                || scheme.equals("http") && Origin.of(from).scheme().equals("http");
        if (location.isEmpty() || !isSafe || target.getHost() == null) {
            throw RegistryException.malformed(
                    from + " redirects to " + oneLine(location) + ", which is refused: not the same or https");
        }
        return target;
    }

    private static HttpRequest request(final Call call, final String authorization) {
        final HttpRequest.Builder builder = HttpRequest.newBuilder(call.uri())
                .method(call.method(), call.body().get())
                .header("User-Agent", "tailrace");
        if (call.isSafe()) {
            // Of others, an answer comes when all has been sent.
            builder.timeout(ANSWER_TIMEOUT);
        }
        call.headers().forEach(builder::header);
        if (!authorization.isEmpty()) {
            builder.header("Authorization", authorization);
        }
        return builder.build();
    }

    private HttpClient client(final URI uri) throws IOException {
        final String domain = Origin.of(uri).domain();
        final Path own = settings.certificates().resolve(domain);
        final boolean hasOwn = !Trust.certificates(own).isEmpty();
        final boolean isVerified = hasOwn || !settings.isInsecure(domain);
        final String key = hasOwn ? own.toString() : isVerified ? "" : "insecure";
        synchronized (clients) {
            final HttpClient known = clients.get(key);
            if (known != null) {
                return known;
            }
            final HttpClient client = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .connectTimeout(CONNECT_TIMEOUT)
                    .proxy(EnvironmentProxy.of(System.getenv()))
                    .sslContext(isVerified ? Trust.verified(own) : Trust.unverified())
                    .build();
            clients.put(key, client);
            return client;
        }
    }

    /// What a stranger wrote, fit for a message.
    static String oneLine(final String text) {
        final String clean = text.replaceAll("\\p{Cntrl}+", " ").strip();
        return clean.length() <= 200 ? clean : clean.substring(0, 200) + "...";
    }
}
