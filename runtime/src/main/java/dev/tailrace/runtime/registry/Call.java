package dev.tailrace.runtime.registry;

import java.net.URI;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/// A request to a registry, to be sent as often as it takes.
///
/// @param headers without `Authorization`
/// @param body made anew each time
record Call(String method, URI uri, Map<String, String> headers, Supplier<BodyPublisher> body) {
    static Call get(final URI uri, final Map<String, String> headers) {
        return new Call("GET", uri, headers, BodyPublishers::noBody);
    }

    static Call head(final URI uri, final Map<String, String> headers) {
        return new Call("HEAD", uri, headers, BodyPublishers::noBody);
    }

    /// Whether it asks and changes nothing, so that redirects may be followed.
    boolean isSafe() {
        return method.equals("GET") || method.equals("HEAD");
    }

    Call at(final URI other) {
        return new Call(method, other, headers, body);
    }

    /// As Go's errors show it: `Get "https://..."`.
    String text() {
        return method.charAt(0) + method.substring(1).toLowerCase(Locale.ROOT) + " \"" + uri + "\"";
    }
}
