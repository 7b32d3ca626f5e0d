package dev.tailrace.tapio.slirp.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonBoundaryTest {
    @ParameterizedTest
    @ValueSource(strings = {"{}", " {\"a\":[1,{\"b\":\"}\\\"]\"}]}", "[]", "{\"\\\\\":{}}"})
    void shouldFindTheEndAtTheLastBracketOnly(final String document) {
        final byte[] bytes = (document + "tail").getBytes(StandardCharsets.UTF_8);
        for (int length = 0; length < document.length(); length++) {
            assertEquals(JsonBoundary.INCOMPLETE, JsonBoundary.end(bytes, length), "first " + length);
        }
        for (int length = document.length(); length <= bytes.length; length++) {
            assertEquals(document.length(), JsonBoundary.end(bytes, length), "first " + length);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nope", "5", "\"{\"", "/*c*/{}", "}"})
    void shouldNotWaitForMoreOfWhatIsNoObject(final String text) {
        assertEquals(text.length(), JsonBoundary.end(text.getBytes(StandardCharsets.UTF_8), text.length()));
    }

    @Test
    void shouldRefuseDeepNesting() {
        final byte[] bytes = "[".repeat(4000).getBytes(StandardCharsets.UTF_8);
        assertEquals(JsonBoundary.TOO_DEEP, JsonBoundary.end(bytes, bytes.length));
    }
}
