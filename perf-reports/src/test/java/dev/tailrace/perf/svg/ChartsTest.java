package dev.tailrace.perf.svg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.perf.golden.Golden;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ChartsTest {
    private static final List<Bar> BARS = List.of(
            new Bar("ours", Tone.OURS, List.of(38.0, 36.5, 39.0), 38, "38.0  31.6×", "", "", "ours: 38 & more"),
            new Bar("other <one>", Tone.PEER, List.of(1.2, 1.1), 1.15, "1.15", "1 failed", "", "other"),
            new Bar("wrong", Tone.PEER, List.of(30.0, 31.0), 30.5, "30.5", "", "INVALID: it is another", "wrong"),
            new Bar("gone", Tone.PEER, List.of(), 0, "", "failed: no answer", "", "gone"),
            new Bar("ruler", Tone.RULER, List.of(60.0), 60, "60.0", "", "", "ruler"));

    private static void check(final String name, final Svg svg) throws IOException {
        assertEquals(1, SvgChecks.check(svg.standalone()));
        Golden.check("svg/" + name, svg.standalone());
    }

    @Test
    void shouldDrawBars() throws IOException {
        check("bars.svg", BarChart.comparing(Svg.COLUMN_WIDTH, BARS, true).of(BARS, "bars"));
    }

    @Test
    void shouldDrawRatios() throws IOException {
        final List<Estimate> rows = List.of(
                Estimate.heading("a cell"),
                new Estimate("better", Tone.OURS, 1.2, 1.1, 1.3, "+20 %", "better"),
                new Estimate("unsure", Tone.SOFT, 1, 0.2, 4, "0 %", "unsure"),
                new Estimate("worse", Tone.BAD, 0.4, 0.3, 0.45, "-60 % REGRESSED", "worse"),
                new Estimate("alone", Tone.INK, 0.9, 0.9, 0.9, "-10 %", "alone"));
        check(
                "forest.svg",
                new ForestPlot(Svg.COLUMN_WIDTH, rows, 0.05, 0.5, 1.5, Ticks.logarithmic(0.5, 1.5)).draw("ratios"));
    }

    @Test
    void shouldDrawLinesAndMoveTheirNamesApart() throws IOException {
        final List<Line> lines = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            lines.add(new Line(
                    "line " + i,
                    i == 0 ? Tone.OURS : Tone.PEER,
                    i,
                    List.of(new Point(1500, 10 + i), new Point(65520, 20 + i / 10.0)),
                    true,
                    "line " + i));
        }
        final LineChart.Axes axes = new LineChart.Axes() {
            @Override
            public Scale x(final double from, final double to) {
                return new Scale.Logarithmic(1500, 65520, from, to);
            }

            @Override
            public Scale y(final double from, final double to) {
                return new Scale.Linear(0, 22, from, to);
            }
        };
        final Ticks mtus = new Ticks(List.of(1500.0, 1501.0, 65520.0), Ticks::plain);
        check("lines.svg", new LineChart(lines, axes, mtus, "MTU", Ticks.linear(0, 22, 4), "Gbit/s").draw("lines"));
    }

    @Test
    void shouldDrawHowOneValueWent() throws IOException {
        check("sparkline.svg", Sparkline.draw("a cell", List.of(0.9, 1.1, 1.4), "1.40×", "0.9, 1.1, 1.4"));
    }

    @Test
    void shouldNoticeTextOnText() {
        final Svg svg = new Svg(100, 40, "two texts")
                .text(TextStyle.NOTE, Tone.INK, 0, 20, "one")
                .text(TextStyle.NOTE, Tone.INK, 10, 22, "two");
        final AssertionError found = assertThrows(AssertionError.class, () -> SvgChecks.check(svg.inline()));
        assertTrue(found.getMessage().contains("is on"), found.getMessage());
        final Svg outside = new Svg(100, 40, "far").text(TextStyle.NAME, Tone.INK, 10, 20, "outside");
        assertThrows(AssertionError.class, () -> SvgChecks.check(outside.inline()));
    }

    @Test
    void shouldKeepStartAndEndOfALongText() {
        final String cut = TextWidth.fit("a long name, number 12", TextStyle.NAME, 90);
        assertTrue(cut.matches("a long.*….*12"), cut);
        assertTrue(TextWidth.of(cut, TextStyle.NAME) <= 90);
        assertEquals("short", TextWidth.fit("short", TextStyle.NAME, 90));
    }

    @Test
    void shouldPlaceNamesWithinTheirRoom() {
        assertEquals(List.of(72.0, 86.0, 100.0), LineChart.spread(List.of(98.0, 99.0, 99.5), 14, 0, 100));
        assertEquals(List.of(0.0, 14.0, 60.0), LineChart.spread(List.of(-5.0, 3.0, 60.0), 14, 0, 100));
    }

    @Test
    void shouldReplaceWhatXmlCannotContain() {
        assertEquals("a\uFFFDb&lt;\uFFFD", Xml.escape("a\u0001b<\uD800"));
        SvgChecks.parse(new Svg(1, 1, "\u0000\u001b[31m<&\"").inline());
    }
}
