package dev.tailrace.runtime.registry;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How a registry wants to be asked: one challenge of `WWW-Authenticate` (RFC 9110, 11.6.1).
///
/// @param scheme in lower case
/// @param parameters names in lower case
record Challenge(String scheme, Map<String, String> parameters) {
    private static final Pattern PARAMETER =
            Pattern.compile("\\G[\\s,]*([\\w!#$%&'*+.^`|~-]+)\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^\\s,\"]+))");
    private static final Pattern SCHEME = Pattern.compile("\\G[\\s,]*([\\w-]+)(?=\\s|,|$)");

    /// All challenges of the headers, in their order; what cannot be read ends a header.
    static List<Challenge> parse(final List<String> headers) {
        final List<Challenge> challenges = new ArrayList<>();
        for (final String header : headers) {
            final Matcher scheme = SCHEME.matcher(header);
            final Matcher parameter = PARAMETER.matcher(header);
            int at = 0;
            while (at < header.length() && scheme.find(at)) {
                final Map<String, String> parameters = new LinkedHashMap<>();
                at = scheme.end();
                while (at < header.length() && parameter.find(at)) {
                    final String quoted = parameter.group(2);
                    parameters.putIfAbsent(
                            parameter.group(1).toLowerCase(Locale.ROOT),
                            quoted == null ? parameter.group(3) : quoted.replaceAll("\\\\(.)", "$1"));
                    at = parameter.end();
                }
                challenges.add(new Challenge(scheme.group(1).toLowerCase(Locale.ROOT), parameters));
            }
        }
        return challenges;
    }

    String parameter(final String name) {
        return parameters.getOrDefault(name, "");
    }
}
