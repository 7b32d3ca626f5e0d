package dev.tailrace.tapio.slirp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogTest {
    private final List<String> lines = new ArrayList<>();

    @ParameterizedTest
    @CsvSource({"ERROR, e", "WARN, e w", "INFO, e w i", "DEBUG, e w i debug: d"})
    void shouldSayWhatTheLevelLetsThrough(final LogLevel level, final String expected) {
        final Log log = new Log(level, lines::add);
        log.error("e");
        log.warn("w");
        log.info("i");
        log.debug("d", 0);
        assertEquals(expected, String.join(" ", lines));
    }

    @Test
    void shouldSayAFewDebugLinesASecondAndCountTheRest() {
        final Log log = new Log(LogLevel.DEBUG, lines::add);
        for (int i = 0; i < 100; i++) {
            log.debug("x", 7);
        }
        assertEquals(20, lines.size());
        log.debug("y", 1_000_000_007L);
        assertEquals(List.of("debug: 80 lines left out", "debug: y"), lines.subList(20, 22));
    }
}
