package dev.tailrace.runtime.api;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A method and a path, and who answers them.
///
/// @param path without the version; its first group, if there is one, is the name, which may have slashes for images
record Route(String method, Pattern path, Handler handler) {
    /// Answers on a worker thread; may wait.
    interface Handler {
        /// @param name decoded, or empty
        void handle(Request request, String name, Exchange exchange) throws IOException, InterruptedException;
    }

    static Route of(final String method, final String path, final Handler handler) {
        return new Route(method, Pattern.compile(path), handler);
    }

    /// The name in it, if it is this route.
    Optional<String> match(final String givenMethod, final String givenPath) {
        if (!method.equals(givenMethod)) {
            return Optional.empty();
        }
        final Matcher matcher = path.matcher(givenPath);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        // A plus is itself in a path.
        return Optional.of(
                matcher.groupCount() == 0
                        ? ""
                        : URLDecoder.decode(matcher.group(1).replace("+", "%2B"), StandardCharsets.UTF_8));
    }
}
