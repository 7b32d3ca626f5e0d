package dev.tailrace.perf.report;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.perf.golden.Golden;
import dev.tailrace.perf.result.RunRecord;
import dev.tailrace.perf.svg.SvgChecks;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Every form of report, of sessions of all sorts.
final class RunReportsTest {
    private static final int MOST_BYTES = 300_000;
    private static final int TERMINAL = 120;

    private static final Map<String, RunRecord> RUNS = runs();
    private static final Pattern REACHES_OUT = Pattern.compile("<script|href=|src=|url\\(|@import| on[a-z]+=");

    private static Map<String, RunRecord> runs() {
        final Map<String, RunRecord> runs = new LinkedHashMap<>();
        runs.put("full", ReportRuns.full());
        runs.put("longer", ReportRuns.full(16));
        runs.put("small", ReportRuns.small(4));
        runs.put("single", ReportRuns.small(1));
        runs.put("troubled", ReportRuns.troubled());
        runs.put("gate", ReportRuns.gate());
        runs.put("long-names", ReportRuns.longNames());
        runs.put("packets", ReportRuns.packets());
        runs.put("runtime", ReportRuns.runtime());
        runs.put("empty", ReportRuns.empty());
        return runs;
    }

    private static List<RunRecord> history() {
        return List.of(ReportRuns.earlier(3, 0.9), ReportRuns.earlier(9, 0.4), ReportRuns.earlier(5, 0.7));
    }

    private static Stream<DynamicTest> eachRun(final Check check) {
        return RUNS.entrySet().stream()
                .map(each -> DynamicTest.dynamicTest(each.getKey(), () -> check.check(each.getKey(), each.getValue())));
    }

    private interface Check {
        void check(String name, RunRecord run) throws IOException;
    }

    @TestFactory
    Stream<DynamicTest> shouldDrawPicturesInWhichNoTextLiesOnAnotherOrOutside() {
        return eachRun((name, run) -> {
            final int pictures = SvgChecks.check(RunPage.html(run, history()));
            assertEquals(name.equals("empty"), pictures == 0, pictures + " pictures");
            assertEquals(1, SvgChecks.check(RunPicture.svg(run)));
            SvgChecks.parse(RunPicture.svg(run));
        });
    }

    @TestFactory
    Stream<DynamicTest> shouldBeSmallAndNeedNothingElse() {
        return eachRun((name, run) -> {
            final String page = RunPage.html(run, history());
            assertAll(
                    () -> assertTrue(
                            page.getBytes(StandardCharsets.UTF_8).length < MOST_BYTES, page.length() + " bytes"),
                    () -> assertFalse(REACHES_OUT.matcher(page).find()),
                    () -> assertFalse(REACHES_OUT.matcher(RunPicture.svg(run)).find()));
        });
    }

    @TestFactory
    Stream<DynamicTest> shouldFitATerminal() {
        return eachRun((name, run) ->
                RunText.of(run).lines().forEach(line -> assertTrue(line.length() <= TERMINAL, line)));
    }

    @TestFactory
    Stream<DynamicTest> shouldBeWhatWasFoundGood() {
        return eachRun((name, run) -> {
            if (name.equals("longer")) {
                return;
            }
            Golden.check("report/%s.txt".formatted(name), RunText.of(run));
            Golden.check("report/%s.md".formatted(name), RunSummary.markdown(run));
            if (!name.equals("full") && !name.equals("packets")) {
                Golden.check("report/%s.html".formatted(name), RunPage.html(run, history()));
            }
        });
    }

    @Test
    void shouldDrawThePictureOfTheReadme() throws IOException {
        Golden.check("report/full.svg", RunPicture.svg(ReportRuns.full()));
    }

    @Test
    void shouldEndWithTheVerdictAndFactsWithoutPaths() {
        final List<String> lines = RunText.of(ReportRuns.gate()).lines().toList();
        final int verdict =
                lines.indexOf("REGRESSED: CPU per GiB +15.2 % of tcp/c2h/down/mtu1500/x1; throughput -11.4 % of"
                        + " tcp/c2h/down/mtu1500/x1");
        assertTrue(verdict > 0, lines::toString);
        assertTrue(lines.subList(verdict, lines.size()).stream().noneMatch(line -> line.contains("/opt")));
        assertTrue(lines.contains("kernel: 6.18.5"));
    }

    @Test
    void shouldShowRatesOfDatagramsAndAnswersBesideAStream() {
        final RunRecord run = ReportRuns.packets();
        final List<String> lines = RunSummary.markdown(run).lines().toList();
        assertTrue(cell(lines, "udp/c2h/up/mtu1500/x1/len64").contains("/s | "), lines::toString);
        assertTrue(cell(lines, "udp/c2h/up/mtu1500/x1 ").contains("Gbit/s | "), lines::toString);
        assertTrue(lines.stream().anyMatch(line -> line.contains("its p50 | its p99")), lines::toString);
        assertTrue(cell(lines, "rr/c2h/mtu1500/x4/bulk-up").matches("(.*[0-9] us ){2}.*"), lines::toString);
        final String page = RunPage.html(run, List.of());
        assertTrue(page.contains("<h2>Datagrams of a given length"));
        assertTrue(page.contains("UDP datagrams of a given length"));
        assertTrue(page.contains("Requests beside a stream"));
        assertFalse(RunSummary.markdown(ReportRuns.small(4)).contains("its p50"));
    }

    private static String cell(final List<String> lines, final String id) {
        return lines.stream()
                .filter(line -> line.startsWith("| " + id))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void shouldNotTakeTextForMarkup() {
        final RunRecord run = ReportRuns.troubled();
        assertAll(
                () -> assertTrue(RunPage.html(run, List.of()).contains("&lt;script&gt;alert(1)&lt;/script&gt;")),
                () -> assertTrue(RunSummary.markdown(run)
                        .contains("- &lt;script&gt;alert(1)&lt;/script&gt; \\| \\`x\\` \\*y\\*")));
    }

    @Test
    void shouldHaveNoSectionWithoutData() {
        final String page = RunPage.html(ReportRuns.empty(), List.of());
        for (final String title : List.of("Throughput", "CPU per GiB", "Requests", "Start", "History", "Candidate")) {
            assertFalse(page.contains("<h2>" + title), title);
        }
        assertTrue(page.contains("<h1>Nothing was measured</h1>"));
        assertFalse(RunPage.html(ReportRuns.small(2), List.of()).contains("<h2>History"));
        assertTrue(RunPage.html(ReportRuns.small(2), history()).contains("<h2>History of ours to slirp4netns"));
    }

    @Test
    void shouldSayWhichHistogramCouldNotBeRead() {
        final String page = RunPage.html(ReportRuns.troubled(), List.of());
        assertTrue(page.contains(
                "1 histogram of tailrace in rr/c2h/mtu1500/x1 could not be read and is not in the figure"));
    }
}
