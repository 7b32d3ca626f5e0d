package dev.tailrace.runtime.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class ContainerLogTest {
    private static final Instant NOON = Instant.parse("2026-11-28T12:00:00Z");

    @TempDir
    private Path directory;

    private ContainerLog log;

    @BeforeEach
    void open() throws IOException {
        log = new ContainerLog(directory.resolve("log"));
        log.begin();
    }

    @Test
    void shouldWriteDockersFormat() throws IOException {
        write(LogStream.STDOUT, "say \"hi\"\t\u00e9\u0001\n", NOON.plusNanos(1_230_000));
        log.finish(NOON);
        assertEquals(
                List.of("{\"log\":\"say \\\"hi\\\"\\t\u00e9\\u0001\\n\",\"stream\":\"stdout\","
                        + "\"time\":\"2026-11-28T12:00:00.001230000Z\"}"),
                Files.readAllLines(log.file()));
    }

    @Test
    void shouldReadBothStreamsInOrder() throws Exception {
        write(LogStream.STDOUT, "a\n", NOON);
        write(LogStream.STDERR, "b\n", NOON);
        write(LogStream.STDOUT, "c", NOON);
        assertEquals(List.of("a\n", "b\n"), read(LogQuery.ALL));
        log.finish(NOON);
        assertEquals(List.of("a\n", "b\n", "c"), read(LogQuery.ALL));
        assertEquals(List.of("b\n"), read(query(false, true, -1)));
    }

    @Test
    void shouldGiveTheTail() throws Exception {
        final List<String> lines = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            lines.add("line " + i + " " + "z".repeat(i % 97) + "\n");
            write(LogStream.STDOUT, lines.getLast(), NOON);
        }
        for (final int tail : new int[] {0, 1, 2, 700, 4_999, 5_000, 5_001}) {
            assertEquals(
                    lines.subList(Math.max(0, 5_000 - tail), 5_000), read(query(true, true, tail)), "tail " + tail);
        }
    }

    @Test
    void shouldRespectSinceAndUntil() throws Exception {
        for (int i = 0; i < 10; i++) {
            write(LogStream.STDOUT, i + "\n", NOON.plusSeconds(i));
        }
        final LogQuery query =
                new LogQuery(true, true, Optional.of(NOON.plusSeconds(3)), Optional.of(NOON.plusSeconds(6)), -1, false);
        assertEquals(List.of("3\n", "4\n", "5\n", "6\n"), read(query));
    }

    @Test
    void shouldLoseAndTearNothingForFollowers() throws Exception {
        final long seed = 9_001;
        final int lineCount = 20_000;
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            final List<CompletableFuture<List<String>>> followers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                followers.add(CompletableFuture.supplyAsync(this::follow, threads));
            }
            final Random random = new Random(seed);
            final StringBuilder text = new StringBuilder();
            for (int i = 0; i < lineCount; i++) {
                text.append("line ").append(i).append('\n');
            }
            final byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
            int from = 0;
            while (from < bytes.length) {
                final int count = Math.min(bytes.length - from, 1 + random.nextInt(200));
                log.write(LogStream.STDOUT, bytes, from, count, NOON);
                from += count;
            }
            log.finish(NOON);
            for (final CompletableFuture<List<String>> follower : followers) {
                final List<String> lines = follower.get(30, TimeUnit.SECONDS);
                assertEquals(lineCount, lines.size(), "seed " + seed);
                assertEquals(text.toString(), String.join("", lines), "seed " + seed);
            }
        }
    }

    @Test
    void shouldTellAFollowerEachLineBeforeTheNextIsWritten() throws Exception {
        try (ExecutorService threads = Executors.newCachedThreadPool();
                LogReader reader = log.read(following())) {
            for (int i = 0; i < 50; i++) {
                final CompletableFuture<Optional<LogEntry>> next =
                        CompletableFuture.supplyAsync(() -> next(reader), threads);
                write(LogStream.STDOUT, i + "\n", NOON);
                assertEquals(
                        i + "\n", next.get(10, TimeUnit.SECONDS).orElseThrow().text());
            }
            log.finish(NOON);
            assertTrue(reader.next().isEmpty());
        }
    }

    @Test
    void shouldEndAFollowerWhoseTimeIsOver() throws Exception {
        write(LogStream.STDOUT, "early\n", NOON);
        final LogQuery query = new LogQuery(
                true, true, Optional.empty(), Optional.of(Instant.now().plusMillis(200)), -1, true);
        assertEquals(List.of("early\n"), read(query));
    }

    @Test
    void shouldCutOffWhatACrashHasTorn() throws Exception {
        write(LogStream.STDOUT, "whole\n", NOON);
        log.finish(NOON);
        Files.writeString(log.file(), "{\"log\":\"torn", StandardOpenOption.APPEND);
        final ContainerLog reopened = new ContainerLog(log.file());
        reopened.begin();
        final byte[] bytes = "next\n".getBytes(StandardCharsets.UTF_8);
        reopened.write(LogStream.STDOUT, bytes, 0, bytes.length, NOON);
        reopened.finish(NOON);
        assertEquals(2, Files.readAllLines(log.file()).size());
        try (LogReader reader = reopened.read(LogQuery.ALL)) {
            assertEquals("whole\n", reader.next().orElseThrow().text());
            assertEquals("next\n", reader.next().orElseThrow().text());
        }
    }

    @Test
    void shouldReadALogThatWasNeverWritten() throws Exception {
        try (LogReader reader = new ContainerLog(directory.resolve("none")).read(following())) {
            assertTrue(reader.next().isEmpty());
        }
    }

    private List<String> follow() {
        try {
            return read(following());
        } catch (final IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Optional<LogEntry> next(final LogReader reader) {
        try {
            return reader.next();
        } catch (final IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<String> read(final LogQuery query) throws IOException, InterruptedException {
        final List<String> lines = new ArrayList<>();
        try (LogReader reader = log.read(query)) {
            Optional<LogEntry> entry = reader.next();
            while (entry.isPresent()) {
                lines.add(entry.get().text());
                entry = reader.next();
            }
        }
        return lines;
    }

    private void write(final LogStream stream, final String text, final Instant time) throws IOException {
        final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        log.write(stream, bytes, 0, bytes.length, time);
    }

    private static LogQuery following() {
        return new LogQuery(true, true, Optional.empty(), Optional.empty(), -1, true);
    }

    private static LogQuery query(final boolean stdout, final boolean stderr, final long tail) {
        return new LogQuery(stdout, stderr, Optional.empty(), Optional.empty(), tail, false);
    }
}
