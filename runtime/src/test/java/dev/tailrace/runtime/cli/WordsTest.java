package dev.tailrace.runtime.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class WordsTest {
    @Test
    void shouldWordDurationsByLargestUnit() {
        assertEquals("Less than a second", Words.duration(Duration.ofMillis(999)));
        assertEquals("1 second", Words.duration(Duration.ofSeconds(1)));
        assertEquals("59 seconds", Words.duration(Duration.ofSeconds(59)));
        assertEquals("About a minute", Words.duration(Duration.ofSeconds(60)));
        assertEquals("2 minutes", Words.duration(Duration.ofSeconds(125)));
        assertEquals("About an hour", Words.duration(Duration.ofMinutes(60)));
        assertEquals("47 hours", Words.duration(Duration.ofHours(47)));
        assertEquals("2 days", Words.duration(Duration.ofHours(48)));
        assertEquals("2 weeks", Words.duration(Duration.ofDays(14)));
        assertEquals("2 months", Words.duration(Duration.ofDays(61)));
        assertEquals("2 years", Words.duration(Duration.ofDays(731)));
        assertEquals("Less than a second", Words.duration(Duration.ofSeconds(-5)), "clocks differ");
    }

    @Test
    void shouldWordSizesByThreeDigits() {
        assertEquals("0B", Words.size(0));
        assertEquals("999B", Words.size(999));
        assertEquals("1kB", Words.size(1000));
        assertEquals("4.27MB", Words.size(4_268_000));
        assertEquals("13.3MB", Words.size(13_256_000));
        assertEquals("187MB", Words.size(187_400_000));
    }

    @Test
    void shouldListPorts() throws JsonParserException {
        final JsonArray ports = JsonParser.array().from("""
                [{"PrivatePort":443,"Type":"tcp"},{"IP":"::","PrivatePort":80,"PublicPort":8080,"Type":"tcp"},
                 {"IP":"0.0.0.0","PrivatePort":80,"PublicPort":8080,"Type":"tcp"}]
                """);
        assertEquals("0.0.0.0:8080->80/tcp, [::]:8080->80/tcp, 443/tcp", Words.ports(Json.objects(ports)));
    }

    @Test
    void shouldReadTimesOfLogs() {
        final Instant now = Instant.ofEpochSecond(1_000_000);
        assertEquals("999400.000000000", LogsCommand.time("10m", now));
        assertEquals("994600.000000000", LogsCommand.time("1h30m", now));
        assertEquals("5.25", LogsCommand.time("5.25", now));
        assertEquals("0.500000000", LogsCommand.time("1970-01-01T00:00:00.5Z", now));
        assertEquals("", LogsCommand.time("", now));
        assertThrows(CommandException.class, () -> LogsCommand.time("yesterday", now));
    }
}
