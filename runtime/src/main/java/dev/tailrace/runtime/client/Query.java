package dev.tailrace.runtime.client;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/// A path of the API with its parameters.
public final class Query {
    private final StringBuilder text;
    private char separator = '?';

    /// @param path of fixed words and of names that [#encode] made
    public Query(final String path) {
        text = new StringBuilder(path);
    }

    /// Adds a parameter.
    public Query with(final String name, final String value) {
        text.append(separator).append(name).append('=').append(encode(value));
        separator = '&';
        return this;
    }

    /// Adds a parameter if there is a value.
    public Query withAny(final String name, final String value) {
        return value.isEmpty() ? this : with(name, value);
    }

    /// Adds `name=1` if it is so.
    public Query withFlag(final String name, final boolean isSet) {
        return isSet ? with(name, "1") : this;
    }

    /// A name as one segment of a path, or as a value.
    public static String encode(final String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
