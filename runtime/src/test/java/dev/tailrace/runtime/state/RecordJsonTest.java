package dev.tailrace.runtime.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class RecordJsonTest {
    private static final Everything FULL = new Everything(
            "text \"with\" \u00e4 \u0000 and \ud83d\ude00",
            Integer.MIN_VALUE,
            Long.MAX_VALUE,
            1.5,
            true,
            Kind.LAST,
            Instant.parse("2026-11-28T01:02:03.000000004Z"),
            Optional.of(List.of()),
            Optional.of(false),
            OptionalInt.of(-1),
            OptionalLong.of(1L << 60),
            List.of(List.of("a"), List.of()),
            List.of(new Inner("one"), new Inner("")),
            Map.of("k", new Inner("v")));

    private enum Kind {
        FIRST,
        LAST
    }

    private record Inner(String name) {}

    private record Everything(
            String text,
            int number,
            long large,
            double fraction,
            boolean truth,
            Kind kind,
            Instant time,
            Optional<List<String>> words,
            Optional<Boolean> maybe,
            OptionalInt count,
            OptionalLong bytes,
            List<List<String>> lists,
            List<Inner> inners,
            Map<String, Inner> byName) {}

    private record Short(String text, int number, List<String> list, Optional<String> option, Inner inner) {}

    @Test
    void shouldReadWhatItHasWritten() throws IOException {
        assertEquals(FULL, RecordJson.read(RecordJson.bytes(FULL), Everything.class));
    }

    @Test
    void shouldReadWhatIsMissingAsEmptyAndPassOverWhatItDoesNotKnow() throws IOException {
        assertEquals(new Short("", 0, List.of(), Optional.empty(), new Inner("")), read("{\"later\":{\"a\":[1]}}"));
        assertEquals("x", read("{\"text\":\"x\",\"list\":null}").text());
    }

    @Test
    void shouldRefuseWhatIsNoSuchDocument() {
        for (final String text : List.of("", "{", "[]", "{\"text\":1}", "{\"list\":\"a\"}", "{\"inner\":[]}")) {
            assertThrows(IOException.class, () -> read(text), text);
        }
        assertThrows(
                IOException.class,
                () -> RecordJson.read("{\"kind\":\"OTHER\"}".getBytes(StandardCharsets.UTF_8), Everything.class));
    }

    private static Short read(final String text) throws IOException {
        return RecordJson.read(text.getBytes(StandardCharsets.UTF_8), Short.class);
    }
}
