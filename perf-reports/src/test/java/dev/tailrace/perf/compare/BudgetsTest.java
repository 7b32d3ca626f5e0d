package dev.tailrace.perf.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tailrace.perf.result.ResultException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BudgetsTest {
    @Test
    void shouldReadThoseThatComeWithTheProgram() {
        assertFalse(Budgets.load().promises().isEmpty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[{",
                "{}",
                "[{\"cell\": \"*\", \"metric\": \"speed\", \"versus\": \"pasta\", \"atLeast\": 1}]",
                "[{\"cell\": \"*\", \"metric\": \"goodputBitsPerSecond\", \"versus\": \"pasta\", \"atMost\": 1}]",
                "[{\"cell\": \"*\", \"metric\": \"cpuSecondsPerGib\", \"versus\": \"pasta\", \"atLeast\": 1}]",
                "[{\"cell\": \"*\", \"metric\": \"goodputBitsPerSecond\", \"atLeast\": 1}]",
                "[{\"metric\": \"goodputBitsPerSecond\", \"versus\": \"pasta\", \"atLeast\": \"1\"}]",
                "[1]",
                "[{\"cell\": \"[\", \"metric\": \"goodputBitsPerSecond\", \"versus\": \"pasta\", \"atLeast\": 1}]",
                "[{\"cell\": \"*\", \"metric\": \"goodputBitsPerSecond\", \"versus\": \"pasta\", \"atLeast\": 0}]",
                "[{\"cell\": \"*\", \"metric\": \"goodputBitsPerSecond\", \"of\": \"tailrace\", \"within\": 0.1}]",
                "[{\"cell\": \"*\", \"metric\": \"goodputBitsPerSecond\", \"of\": 1, \"atLeast\": 1}]"
            })
    void shouldRefuseWhatIsNoListOfPromises(final String json) {
        final String message = assertThrows(ResultException.class, () -> Budgets.parse("budgets.json", json))
                .getMessage();
        assertEquals(1, message.lines().count(), message);
        assertEquals("budgets.json", message.substring(0, "budgets.json".length()));
    }
}
