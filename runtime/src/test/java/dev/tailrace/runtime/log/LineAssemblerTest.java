package dev.tailrace.runtime.log;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class LineAssemblerTest {
    private final LineAssembler assembler = new LineAssembler();
    private final List<String> entries = new ArrayList<>();

    @Test
    void shouldCutAtLineEnds() {
        add("one\ntwo");
        assertEquals(List.of("one\n"), entries);
        add("\n\nthree");
        assembler.finish(entries::add);
        assertEquals(List.of("one\n", "two\n", "\n", "three"), entries);
    }

    @Test
    void shouldSplitLongLinesAt16KiB() {
        add("x".repeat(40_000) + "\n");
        assertEquals(
                List.of(16_384, 16_384, 7_233),
                entries.stream().map(String::length).toList());
        assertEquals("x".repeat(40_000) + "\n", String.join("", entries));
    }

    @Test
    void shouldNotSplitCharacters() {
        final String line = "y" + "\u20ac\ud83d\ude00\u00e9".repeat(10_000) + "\n";
        add(line);
        assertEquals(line, String.join("", entries));
        for (final String entry : entries.subList(0, entries.size() - 1)) {
            final int length = entry.getBytes(StandardCharsets.UTF_8).length;
            assertEquals(true, length > 16_380 && length <= 16_384, "length " + length);
        }
    }

    @Test
    void shouldKeepEveryByteHoweverTheyArrive() {
        final long seed = 20_261_128;
        final Random random = new Random(seed);
        final StringBuilder text = new StringBuilder();
        for (int i = 0; i < 3_000; i++) {
            text.append((char) ('a' + random.nextInt(26)));
            if (random.nextInt(9) == 0) {
                text.append('\n');
            }
        }
        final byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        int from = 0;
        while (from < bytes.length) {
            final int count = Math.min(bytes.length - from, 1 + random.nextInt(50));
            assembler.add(bytes, from, count, entries::add);
            from += count;
        }
        assembler.finish(entries::add);
        assertEquals(text.toString(), String.join("", entries), "seed " + seed);
        assertEquals(text.toString().lines().count(), entries.size(), "seed " + seed);
    }

    @Test
    void shouldGiveEverythingThatIsNoText() {
        final byte[] bytes = new byte[20_000];
        Arrays.fill(bytes, (byte) 0xbf);
        assembler.add(bytes, 0, bytes.length, entries::add);
        assembler.finish(entries::add);
        assertEquals(20_000, entries.stream().mapToInt(String::length).sum());
    }

    private void add(final String text) {
        final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        assembler.add(bytes, 0, bytes.length, entries::add);
    }
}
