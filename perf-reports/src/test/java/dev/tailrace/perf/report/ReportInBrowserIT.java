package dev.tailrace.perf.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tailrace.perf.lab.OwnNamespaces;
import dev.tailrace.perf.lab.Programs;
import dev.tailrace.perf.result.RunRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Opens reports in Chromium, in a namespace without a network, and reads its console: there it complains
/// of pictures and styles that it does not understand.
final class ReportInBrowserIT {
    private static final Duration ALLOWED = Duration.ofSeconds(60);
    private static final Pattern CONSOLE = Pattern.compile("^.*:CONSOLE.*$", Pattern.MULTILINE);

    /// Its window frame is made of pages too, which complain of a slow machine.
    private static final String OF_THE_BROWSER_ITSELF = "source: chrome://";

    @TempDir
    private Path directory;

    private String browser = "";

    @BeforeEach
    void findBrowser() {
        final Optional<Path> found = Stream.of("chromium", "chromium-browser", "google-chrome")
                .map(Programs::find)
                .flatMap(Optional::stream)
                .findFirst();
        assumeTrue(found.isPresent(), "no Chromium in PATH: the pages are not opened (apt-get install chromium)");
        browser = found.orElseThrow().toString();
    }

    @Test
    void shouldShowEveryPictureWithoutComplaint() throws IOException {
        for (final RunRecord run : List.of(
                ReportRuns.full(),
                ReportRuns.troubled(),
                ReportRuns.gate(),
                ReportRuns.longNames(),
                ReportRuns.empty())) {
            final String page = RunPage.html(run, List.of(ReportRuns.earlier(3, 0.9)));
            final String shown = show("page.html", page);
            assertEquals(List.of(), complaints(shown), run.runId());
            assertEquals(count(page, "<svg "), count(shown, "<svg "), run.runId());
            assertEquals(count(page, "<text "), count(shown, "<text "), run.runId());
            assertEquals(count(page, "<tr>"), count(shown, "<tr>"), run.runId());
        }
    }

    @Test
    void shouldShowThePictureOfTheReadme() throws IOException {
        final String picture = RunPicture.svg(ReportRuns.full());
        final String shown = show("picture.svg", picture);
        assertEquals(List.of(), complaints(shown));
        assertEquals(count(picture, "<text "), count(shown, "<text "));
    }

    @Test
    void shouldNoticeWhatABrowserComplainsOf() throws IOException {
        final String broken = "<!doctype html><title>broken</title><svg viewBox=\"0 0 9 9\"><path d=\"M0 x\"/></svg>";
        final List<String> complaints = complaints(show("broken.html", broken));
        assertEquals(1, complaints.size(), complaints::toString);
        assertTrue(complaints.getFirst().contains("<path> attribute d"), complaints::toString);
    }

    private String show(final String name, final String document) throws IOException {
        final Path file = Files.writeString(directory.resolve(name), document);
        final List<String> command = new ArrayList<>(OwnNamespaces.command(List.of(browser)));
        command.addAll(List.of("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"));
        command.addAll(List.of("--disable-background-networking", "--disable-component-update", "--disable-sync"));
        command.addAll(List.of("--user-data-dir=" + directory.resolve("profile"), "--enable-logging=stderr", "--v=0"));
        command.addAll(List.of("--dump-dom", file.toUri().toString()));
        final Programs.Ending ending = Programs.end(command, ALLOWED);
        assertEquals(0, ending.status(), ending.text());
        assertFalse(ending.text().isBlank());
        return ending.text();
    }

    private static List<String> complaints(final String output) {
        return CONSOLE.matcher(output)
                .results()
                .map(match -> match.group())
                .filter(line -> !line.contains(OF_THE_BROWSER_ITSELF))
                .toList();
    }

    private static long count(final String text, final String part) {
        return Pattern.compile(part, Pattern.LITERAL).matcher(text).results().count();
    }
}
