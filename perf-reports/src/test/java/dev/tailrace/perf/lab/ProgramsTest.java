package dev.tailrace.perf.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ProgramsTest {
    @Test
    void shouldReturnWhatAProgramWrites() {
        assertEquals("out\nerr", Programs.run("sh", "-c", "echo out; echo err >&2"));
    }

    @Test
    void shouldNameTheProgramItsStatusAndItsWordsWhenItFails() {
        final LabException failure =
                assertThrows(LabException.class, () -> Programs.run("sh", "-c", "echo no such thing; exit 3"));
        assertEquals("sh -c echo no such thing; exit 3: exit status 3: no such thing", failure.getMessage());
    }

    @Test
    void shouldKillAProgramAtItsDeadline() {
        final LabException failure =
                assertThrows(LabException.class, () -> Programs.run(List.of("sleep", "60"), Duration.ofMillis(1)));
        assertEquals("sleep 60: no end after 0 s", failure.getMessage());
    }

    @Test
    void shouldSayThatAProgramCannotBeStarted() {
        final LabException failure = assertThrows(LabException.class, () -> Programs.run("/no/such/program"));
        assertTrue(failure.getMessage().startsWith("starting /no/such/program: "), failure.getMessage());
    }

    @Test
    void shouldFindWhatTheShellWouldFind() {
        assertTrue(Programs.find("sh").isPresent());
        assertFalse(Programs.find("no-such-program").isPresent());
    }

    @Test
    void shouldQuoteTheBeginningOfALongText() {
        assertEquals("a / b / c", Programs.quote("a\nb\nc\nd\n"));
        assertEquals("it said nothing", Programs.quote(""));
    }
}
