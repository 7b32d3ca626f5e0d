package dev.tailrace.runtime.registry;

import java.net.URI;
import java.util.Locale;
import java.util.Objects;

/// Who is at an address (RFC 6454, 4).
record Origin(String scheme, String host, int port) {
    private static final int HTTPS_PORT = 443;
    private static final int HTTP_PORT = 80;

    static Origin of(final URI uri) {
        final String scheme = Objects.requireNonNullElse(uri.getScheme(), "").toLowerCase(Locale.ROOT);
        final String host = Objects.requireNonNullElse(uri.getHost(), "").toLowerCase(Locale.ROOT);
        final int usual = scheme.equals("https") ? HTTPS_PORT : HTTP_PORT;
        return new Origin(scheme, host, uri.getPort() < 0 ? usual : uri.getPort());
    }

    /// As certificates and settings name it: the port is left out where it is the usual one.
    String domain() {
        final int usual = scheme.equals("https") ? HTTPS_PORT : HTTP_PORT;
        return port == usual ? host : host + ":" + port;
    }
}
