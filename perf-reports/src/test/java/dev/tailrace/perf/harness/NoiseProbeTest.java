package dev.tailrace.perf.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.perf.lab.LabException;
import dev.tailrace.perf.result.Noise;
import java.util.List;
import org.junit.jupiter.api.Test;

final class NoiseProbeTest {
    private static final String STAT = """
            cpu  100 10 50 800 20 3 7 10 0 0
            cpu0 50 5 25 400 10 2 3 5 0 0
            ctxt 12345
            """;

    @Test
    void shouldReadTheTimeOfAllProcessors() {
        assertEquals(new NoiseProbe.MachineTime(1000, 160, 10), NoiseProbe.MachineTime.parse(STAT));
        assertThrows(LabException.class, () -> NoiseProbe.MachineTime.parse("cpu 1 2 3"));
        assertThrows(LabException.class, () -> NoiseProbe.MachineTime.parse(""));
    }

    @Test
    void shouldReadPressureAndLoad() {
        assertTrue(NoiseProbe.pressure("") < 0);
        assertEquals(3.5, NoiseProbe.pressure("some avg10=3.50 avg60=1.00 avg300=0.10 total=99\n"));
        assertEquals(0.42, NoiseProbe.load("0.42 0.30 0.20 1/200 4242\n"));
    }

    @Test
    void shouldObjectToEachKindOfNoise() {
        assertEquals(List.of(), NoiseProbe.objections(new Noise(0.09, 0.14, 0.09, 99, 9)));
        assertEquals(
                List.of("processor time stolen by other machines: 20.0 %, and more than 10 % counts"),
                NoiseProbe.objections(new Noise(0.2, 0, 0, 0, 0)));
        assertEquals(3, NoiseProbe.objections(new Noise(0.2, 0.2, 0.2, 0, 0)).size());
    }

    /// What this test burns is its own, so that a machine that does nothing else has no foreign time.
    @Test
    void shouldNotTakeOurOwnTimeForForeign() {
        final NoiseProbe probe = NoiseProbe.start();
        final long untilNs = System.nanoTime() + 300_000_000;
        while (System.nanoTime() - untilNs < 0) {
            Thread.onSpinWait();
        }
        final Noise noise = probe.noise(0);
        assertTrue(noise.foreign() >= 0 && noise.foreign() <= 1, noise::toString);
        assertTrue(noise.steal() >= 0 && noise.steal() <= 1, noise::toString);
    }
}
