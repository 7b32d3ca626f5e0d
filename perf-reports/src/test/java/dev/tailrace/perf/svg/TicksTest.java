package dev.tailrace.perf.svg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

final class TicksTest {
    private static List<String> labels(final Ticks ticks) {
        return ticks.values().stream().map(ticks.label()::apply).toList();
    }

    @Test
    void shouldBeRoundOnALinearScale() {
        assertEquals(List.of("0", "10", "20", "30", "40"), labels(Ticks.linear(0, 47, 5)));
        assertEquals(List.of("-0.10", "-0.05", "0.00", "0.05"), labels(Ticks.linear(-0.12, 0.09, 5)));
    }

    @Test
    void shouldBePowersOfTenOnALogarithmicScale() {
        assertEquals(List.of("1", "10", "100", "1000"), labels(Ticks.logarithmic(0.9, 1500)));
        assertEquals(List.of("0.5", "1", "2", "5", "10", "20"), labels(Ticks.logarithmic(0.5, 31)));
        assertEquals(List.of("65", "70"), labels(Ticks.logarithmic(61, 71)));
    }

    @Test
    void shouldPlaceNinesAtEqualDistances() {
        final Scale scale = new Scale.Percentile(90, 99.99, 0, 300);
        assertEquals(100, scale.at(99), 1e-6);
        assertEquals(200, scale.at(99.9), 1e-6);
        assertEquals(300, scale.at(100), 1e-6);
    }

    @Test
    void shouldPlaceRatiosAtEqualDistances() {
        final Scale scale = new Scale.Logarithmic(0.1, 10, 200, 0);
        assertEquals(100, scale.at(1), 1e-6);
        assertEquals(200, scale.at(0.001), 1e-6);
        assertThrows(IllegalArgumentException.class, () -> new Scale.Logarithmic(0, 10, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> new Scale.Linear(3, 3, 0, 1));
    }
}
