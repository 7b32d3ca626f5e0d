package dev.tailrace.runtime.cli;

import com.grack.nanojson.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Quantities as docker's client words them.
final class Words {
    private static final int SHORT_ID = 12;
    private static final long DAY_H = 24;
    private static final long WEEK_D = 7;
    private static final long MONTH_D = 30;
    private static final long YEAR_D = 365;
    private static final int TWO = 2;
    private static final double THOUSAND = 1000;
    private static final List<String> UNITS = List.of("B", "kB", "MB", "GB", "TB", "PB");

    private Words() {}

    /// The first digits of an id.
    static String shortId(final String id) {
        final String digits = id.startsWith("sha256:") ? id.substring("sha256:".length()) : id;
        return digits.substring(0, Math.min(SHORT_ID, digits.length()));
    }

    /// `5 minutes ago`.
    static String ago(final Instant then, final Instant now) {
        return duration(Duration.between(then, now)) + " ago";
    }

    /// As the largest unit of which there are two at least.
    static String duration(final Duration duration) {
        final long seconds = Math.max(0, duration.toSeconds());
        final long minutes = seconds / 60;
        final long hours = minutes / 60;
        final long days = hours / DAY_H;
        if (seconds < 1) {
            return "Less than a second";
        } else if (seconds == 1) {
            return "1 second";
        } else if (minutes < 1) {
            return seconds + " seconds";
        } else if (minutes == 1) {
            return "About a minute";
        } else if (hours < 1) {
            return minutes + " minutes";
        } else if (hours == 1) {
            return "About an hour";
        } else if (hours < TWO * DAY_H) {
            return hours + " hours";
        } else if (days < TWO * WEEK_D) {
            return days + " days";
        } else if (days < TWO * MONTH_D) {
            return days / WEEK_D + " weeks";
        }
        return days < TWO * YEAR_D ? days / MONTH_D + " months" : days / YEAR_D + " years";
    }

    /// Three digits and a unit of a thousand each: `187MB`.
    static String size(final long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= THOUSAND && unit < UNITS.size() - 1) {
            value /= THOUSAND;
            unit++;
        }
        final int decimals = value < 10 ? 2 : value < 100 ? 1 : 0;
        final String digits = String.format(Locale.ROOT, "%." + (unit == 0 ? 0 : decimals) + "f", value);
        return (digits.contains(".") ? digits.replaceAll("\\.?0+$", "") : digits) + UNITS.get(unit);
    }

    /// A text of at most so many characters, the last of which says that there was more.
    static String shorten(final String text, final int length) {
        return text.length() <= length ? text : text.substring(0, length - 1) + "…";
    }

    /// A number of seconds since 1970, or RFC 3339.
    static Instant instant(final @Nullable Object value) {
        try {
            return value instanceof Number seconds
                    ? Instant.ofEpochSecond(seconds.longValue())
                    : Instant.parse(String.valueOf(value));
        } catch (final DateTimeParseException e) {
            return Instant.EPOCH;
        }
    }

    /// Of the list of containers: `0.0.0.0:8080->80/tcp, 443/tcp`.
    static String ports(final List<JsonObject> ports) {
        final Set<String> published = new TreeSet<>();
        final Set<String> exposed = new TreeSet<>();
        for (final JsonObject port : ports) {
            final String inside = port.getInt("PrivatePort") + "/" + port.getString("Type", "tcp");
            if (port.getInt("PublicPort") == 0) {
                exposed.add(inside);
            } else {
                final String address = port.getString("IP", "");
                published.add((address.contains(":") ? "[" + address + "]" : address) + ":" + port.getInt("PublicPort")
                        + "->" + inside);
            }
        }
        final List<String> all = new ArrayList<>(published);
        all.addAll(exposed);
        return String.join(", ", all);
    }
}
