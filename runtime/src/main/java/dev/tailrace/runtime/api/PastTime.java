package dev.tailrace.runtime.api;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The filter `until`: a time, or how long ago it was, as Go writes durations: `1h30m`.
final class PastTime {
    private static final Pattern DURATION = Pattern.compile("(?:([0-9]{1,9})h)?(?:([0-9]{1,9})m)?(?:([0-9]{1,9})s)?");

    private PastTime() {}

    /// Absent for nothing.
    static Optional<Instant> parse(final String text, final Instant now) {
        final Matcher duration = DURATION.matcher(text);
        if (text.isEmpty() || !duration.matches()) {
            return TimeText.parse(text);
        }
        return Optional.of(now.minus(Duration.ofHours(number(duration.group(1)))
                .plusMinutes(number(duration.group(2)))
                .plusSeconds(number(duration.group(3)))));
    }

    private static long number(final @Nullable String digits) {
        return digits == null ? 0 : Long.parseLong(digits);
    }
}
