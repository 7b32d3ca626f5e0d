package dev.tailrace.perf.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import org.junit.jupiter.api.Test;

final class RunIdTest {
    private static final Instant START = Instant.parse("2026-11-24T17:40:05.5Z");

    @Test
    void shouldSortByTimeAndNameCommitAndProfile() {
        assertEquals("20261124T174005Z-1a2b3c4-gate", RunId.of(START, "1a2b3c4d5e6f", "gate"));
    }

    @Test
    void shouldSayThatTheCommitIsNotKnown() {
        assertEquals("20261124T174005Z-unknown-full", RunId.of(START, "", "full"));
    }

    @Test
    void shouldHaveNothingInItThatAFileNameCannot() {
        assertEquals("20261124T174005Z-unknown-.._my-profile", RunId.of(START, "", ".._my/profile"));
    }
}
