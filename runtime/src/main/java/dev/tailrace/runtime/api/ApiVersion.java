package dev.tailrace.runtime.api;

import dev.tailrace.runtime.engine.EngineException;
import dev.tailrace.runtime.engine.EngineException.Kind;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A version of the Engine API: `1.51`.
record ApiVersion(int major, int minor) implements Comparable<ApiVersion> {
    static final ApiVersion CURRENT = new ApiVersion(1, 51);
    static final ApiVersion MINIMUM = new ApiVersion(1, 24);

    /// From here on the content type tells framed streams from raw ones.
    static final ApiVersion FRAMED_CONTENT_TYPE = new ApiVersion(1, 42);

    private static final Pattern TEXT = Pattern.compile("([0-9]{1,4})\\.([0-9]{1,4})");

    /// @throws EngineException it is none, or one that we do not speak
    static ApiVersion parse(final String text) {
        final Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new EngineException(Kind.INVALID, "invalid API version: " + text);
        }
        final ApiVersion version =
                new ApiVersion(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
        if (version.compareTo(MINIMUM) < 0) {
            throw new EngineException(
                    Kind.INVALID,
                    "client version " + text + " is too old. Minimum supported API version is " + MINIMUM
                            + ", please upgrade your client to a newer version");
        }
        if (version.compareTo(CURRENT) > 0) {
            throw new EngineException(
                    Kind.INVALID,
                    "client version " + text + " is too new. Maximum supported API version is " + CURRENT);
        }
        return version;
    }

    @Override
    public int compareTo(final ApiVersion other) {
        return major != other.major ? Integer.compare(major, other.major) : Integer.compare(minor, other.minor);
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
