package dev.tailrace.perf.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DemoOptionsTest {
    @Test
    void shouldTakeAMinuteByDefault() {
        assertEquals(
                new DemoOptions(
                        Optional.empty(),
                        Path.of("perf-reports/target"),
                        Optional.empty(),
                        Path.of("perf-reports/target/demo.html"),
                        1,
                        2,
                        1,
                        List.of(1500, 65520),
                        Optional.of("cubic"),
                        false,
                        List.of(),
                        1,
                        OptionalInt.empty()),
                DemoOptions.parse());
    }

    @Test
    void shouldTakeEveryOption() {
        assertEquals(
                new DemoOptions(
                        Optional.of(Path.of("i")),
                        Path.of("o"),
                        Optional.of(Path.of("w")),
                        Path.of("p"),
                        5,
                        7,
                        9,
                        List.of(9000),
                        Optional.of("reno"),
                        true,
                        List.of("tailrace", "pasta-tuned"),
                        11,
                        OptionalInt.of(80)),
                DemoOptions.parse(
                        "--image",
                        "i",
                        "--out",
                        "o",
                        "--walkthrough",
                        "w",
                        "--page",
                        "p",
                        "--runs",
                        "5",
                        "--seconds",
                        "7",
                        "--warmup",
                        "9",
                        "--mtus",
                        "9000",
                        "--congestion",
                        "reno",
                        "--only",
                        "tailrace,pasta-tuned",
                        "--seed",
                        "11",
                        "--columns",
                        "80"));
    }

    @Test
    void shouldMeasureOnlyWhatIsNamed() {
        final DemoOptions some = DemoOptions.parse("--only", "pasta-tuned,copy-proxy");
        assertTrue(some.wants("pasta, tuned"));
        assertTrue(some.wants("copy proxy"));
        assertFalse(some.wants("pasta"));
        assertTrue(DemoOptions.parse().wants("pasta"));
    }

    @Test
    void shouldWarmUpLongerWhenItMeasuresSeveralRuns() {
        assertEquals(3, DemoOptions.parse("--runs", "5").warmupSeconds());
    }

    @Test
    void shouldKeepTheMachinesCongestionControlWhenAsked() {
        final DemoOptions options = DemoOptions.parse("--congestion", "default");
        assertEquals(Optional.empty(), options.congestion());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    --runs 0        | --runs: must be at least 1: 0
                    --seconds x     | --seconds: not a number: x
                    --mtus 1500,100 | --mtus: must be from 576 to 65521: 100
                    --mtus 70000    | --mtus: must be from 576 to 65521: 70000
                    --nope 1        | --nope: no such option
                    --runs          | --runs: unknown, or its value is missing
                    """)
    void shouldSayWhatIsWrong(final String arguments, final String message) {
        final IllegalArgumentException misuse =
                assertThrows(IllegalArgumentException.class, () -> DemoOptions.parse(arguments.split(" ")));
        assertEquals(message, misuse.getMessage());
    }
}
