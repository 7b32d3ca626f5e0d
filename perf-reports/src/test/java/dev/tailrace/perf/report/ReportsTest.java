package dev.tailrace.perf.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.perf.matrix.Direction;
import dev.tailrace.perf.model.Cell;
import dev.tailrace.perf.model.Footprint;
import dev.tailrace.perf.model.Identity;
import dev.tailrace.perf.model.Results;
import dev.tailrace.perf.model.Sample;
import dev.tailrace.perf.model.Series;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Compares with files that were looked at in a browser and found good. After an intended change, run with
/// `-Dgolden.write=true` and look again.
final class ReportsTest {
    private static final Path GOLDEN = Path.of("src/test/resources/dev/tailrace/perf/report");
    private static final long MEBIBYTE = 1 << 20;

    @Test
    void shouldWriteTheTable() throws IOException {
        assertGolden("demo.txt", TextReport.of(results()));
    }

    @Test
    void shouldDrawThePage() throws IOException {
        assertGolden("demo.html", HtmlReport.of(results()));
    }

    @Test
    void shouldWriteEveryRunForPrograms() throws IOException {
        assertGolden("demo.json", JsonReport.of(results()));
    }

    @Test
    void shouldNotTakeTextForMarkup() {
        final String page =
                HtmlReport.of(new Results(Map.of("<script>", "a & \"b\""), Map.of(), List.of(), List.of(), List.of()));
        assertFalse(page.contains("<script>"));
        assertTrue(page.contains("&lt;script&gt;</td><td>a &amp; &quot;b&quot;"), page);
    }

    @Test
    void shouldNeedNoOtherFile() {
        assertFalse(HtmlReport.of(results()).matches("(?s).*(href=|src=|url\\(|@import).*"));
    }

    private static Results results() {
        final List<Series> series = new ArrayList<>();
        for (final int mtu : List.of(1500, 65520)) {
            for (final Direction direction : Direction.values()) {
                final Cell cell = new Cell(mtu, direction);
                final double factor = direction == Direction.UP ? 1 : 1.25;
                series.add(series("tailrace", cell, factor, 0.34, 20.5, 18.25, 21));
                series.add(series("slirp4netns", cell, mtu == 1500 ? factor : 9 * factor, 8.5, 0.93, 0.9, 1));
                series.add(
                        mtu == 1500
                                ? series("pasta", cell, factor, 1.5, 0.1, 0.11, 0.09)
                                : new Series("pasta", cell, List.of(), List.of("iperf3: unable to <connect>")));
                series.add(series("loopback", cell, factor, 0, 31, 34, 37));
            }
        }
        final Map<String, String> greeting = new LinkedHashMap<>();
        greeting.put("address", "10.0.2.100/24");
        greeting.put("curl http://hello.example/", "Hello");
        return new Results(
                greeting,
                Map.of("congestion control", "cubic on both sides"),
                List.of(
                        new Identity("tailrace", Identity.Role.OURS, "/image/bin/slirp4netns", "version 1", ""),
                        new Identity("slirp4netns", Identity.Role.PEER, "/usr/bin/slirp4netns", "version 1.2.0", ""),
                        new Identity("pasta", Identity.Role.PEER, "/usr/bin/passt", "unknown", "guest: tuned"),
                        new Identity("loopback", Identity.Role.RULER, "", "nothing in between", "")),
                series,
                List.of(
                        new Footprint("tailrace", 1500, 210.4, 70 * MEBIBYTE, "/image/lib/java"),
                        new Footprint("slirp4netns", 1500, 6.5, 4 * MEBIBYTE, "/usr/bin/slirp4netns"),
                        new Footprint("pasta", 1500, -1, 18 * MEBIBYTE, "/usr/bin/passt")));
    }

    private static Series series(
            final String backend,
            final Cell cell,
            final double factor,
            final double cpuSeconds,
            final double... gigabitsPerSecond) {
        final List<Sample> samples = new ArrayList<>();
        for (final double rate : gigabitsPerSecond) {
            final long bytes = Math.round(rate * factor * 1e9 / 8);
            samples.add(new Sample(samples.size(), bytes, 1, 2, cpuSeconds * bytes / (1024 * MEBIBYTE)));
        }
        return new Series(backend, cell, samples, List.of());
    }

    private static void assertGolden(final String name, final String actual) throws IOException {
        final Path file = GOLDEN.resolve(name);
        if (Boolean.getBoolean("golden.write")) {
            Files.createDirectories(GOLDEN);
            Files.writeString(file, actual);
        }
        assertEquals(Files.readString(file), actual);
    }
}
