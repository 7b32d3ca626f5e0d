package dev.tailrace.runtime.api;

import dev.tailrace.runtime.engine.EngineException;
import dev.tailrace.runtime.engine.EngineException.Kind;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.regex.Pattern;

/// Times in queries: seconds since 1970 with a fraction, which is what Docker's client makes of everything, or RFC
/// 3339.
final class TimeText {
    private static final Pattern SECONDS = Pattern.compile("-?[0-9]{1,18}(?:\\.[0-9]{1,9})?");

    private TimeText() {}

    /// Absent for nothing and for `0`, which clients send for nothing.
    static Optional<Instant> parse(final String text) {
        if (text.isEmpty() || text.equals("0")) {
            return Optional.empty();
        }
        try {
            return Optional.of(SECONDS.matcher(text).matches() ? seconds(text) : date(text));
        } catch (final DateTimeException | ArithmeticException e) {
            throw new EngineException(Kind.INVALID, "invalid time: \"" + text + "\"", e);
        }
    }

    private static Instant seconds(final String text) {
        final BigDecimal seconds = new BigDecimal(text);
        final long whole = seconds.longValue();
        final long nanoseconds =
                seconds.subtract(BigDecimal.valueOf(whole)).movePointRight(9).longValue();
        return Instant.ofEpochSecond(whole, nanoseconds);
    }

    private static Instant date(final String text) {
        if (text.matches(".*(?:Z|[+-][0-9]{2}:[0-9]{2})")) {
            return OffsetDateTime.parse(text).toInstant();
        }
        return text.contains("T")
                ? LocalDateTime.parse(text).toInstant(ZoneOffset.UTC)
                : LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC);
    }
}
