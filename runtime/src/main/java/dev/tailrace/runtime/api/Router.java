package dev.tailrace.runtime.api;

import dev.tailrace.runtime.engine.EngineException;
import dev.tailrace.runtime.engine.EngineException.Kind;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Finds who answers a request, and says in Docker's way what went wrong.
final class Router {
    private static final Pattern VERSIONED = Pattern.compile("/v([0-9.]+)(/.*)");

    /// What turns into a stream of bytes both ways.
    private static final Pattern HIJACKED =
            Pattern.compile("(?:/v[0-9.]+)?/(?:containers/[^/]+/attach|exec/[^/]+/start)");

    private final List<Route> routes;

    Router(final List<Route> routes) {
        this.routes = List.copyOf(routes);
    }

    /// Whether the connection is no HTTP any more behind such a request.
    static boolean leavesHttp(final String method, final String uri) {
        final int query = uri.indexOf('?');
        return method.equals("POST")
                && HIJACKED.matcher(query < 0 ? uri : uri.substring(0, query)).matches();
    }

    /// Answers on the calling thread.
    ///
    /// @return whether the answer is whole
    boolean handle(final HttpRequest http, final InputStream body, final HttpExchange exchange) {
        try {
            route(http, body, exchange);
            return true;
        } catch (final IOException e) {
            // The client is gone, or so is what it wanted to read: the first needs no answer.
            return !exchange.isCancelled() && fail(exchange, 500, String.valueOf(e.getMessage()));
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            return fail(exchange, 500, "the engine is ending");
        } catch (final RuntimeException e) {
            final ErrorAnswer error = ErrorAnswer.of(e);
            if (error.isOurs()) {
                System.err.print("tailrace: " + http.method() + " " + http.uri() + ": " + e + " at "
                        + Arrays.toString(e.getStackTrace()) + "\n");
            }
            return fail(exchange, error.status(), error.message());
        }
    }

    private void route(final HttpRequest http, final InputStream body, final HttpExchange exchange)
            throws IOException, InterruptedException {
        final QueryStringDecoder uri = new QueryStringDecoder(http.uri());
        String path = uri.rawPath();
        ApiVersion version = ApiVersion.CURRENT;
        final Matcher versioned = VERSIONED.matcher(path);
        if (versioned.matches()) {
            version = ApiVersion.parse(versioned.group(1));
            path = versioned.group(2);
        }
        final Request request = new Request(
                http.method().name(),
                path,
                version,
                uri.parameters(),
                headers(http.headers()),
                http.headers().contains("Upgrade"),
                body);
        for (final Route route : routes) {
            final Optional<String> name = route.match(request.method(), path);
            if (name.isPresent()) {
                route.handler().handle(request, name.get(), exchange);
                return;
            }
        }
        throw new EngineException(Kind.NOT_FOUND, "page not found");
    }

    private static Map<String, String> headers(final HttpHeaders headers) {
        final Map<String, String> map = new HashMap<>();
        headers.forEach(entry -> map.put(entry.getKey().toLowerCase(Locale.ROOT), entry.getValue()));
        return map;
    }

    /// @return whether the client can be told
    private static boolean fail(final HttpExchange exchange, final int status, final String message) {
        if (exchange.isAnswered()) {
            return false;
        }
        if (status == 304) {
            exchange.send(status, "", new byte[0], Map.of());
        } else {
            exchange.send(status, Headers.JSON, Json.bytes(Map.of("message", message)), Map.of());
        }
        return true;
    }
}
