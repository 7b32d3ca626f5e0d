package dev.tailrace.perf.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.perf.backend.Link;
import dev.tailrace.perf.lab.LabException;
import dev.tailrace.perf.matrix.Operation;
import dev.tailrace.perf.result.BackendIdentity;
import dev.tailrace.perf.result.HistogramText;
import dev.tailrace.perf.result.Metric;
import dev.tailrace.perf.traffic.Measurement;
import java.util.zip.DataFormatException;
import org.junit.jupiter.api.Test;

final class RepetitionsTest {
    private final FakeBackend backend = new FakeBackend("engine", BackendIdentity.Role.OURS, true);

    /// The first takes longest, as it does.
    @Test
    void shouldNotCountTheFirstAndTakeTheMedianOfTheRest() throws DataFormatException {
        final FakeBackend.FakeLink link = (FakeBackend.FakeLink) backend.start();
        link.timesNs = new long[] {900_000_000, 2_000_000, 1_000_000, 3_000_000};
        final Measurement measured = new Repetitions(() -> link.performed >= 4).measure(link, Operation.EXEC, 60);
        assertEquals(2, measured.values().get(Metric.MEDIAN_TIME), 0.01);
        assertEquals(3, measured.values().get(Metric.TAIL_TIME), 0.01);
        assertEquals(3, HistogramText.decode(measured.histogram().orElseThrow()).getTotalCount());
        assertTrue(measured.bytes() == 0 && measured.transactions() == 0);
    }

    /// However short the time is.
    @Test
    void shouldTakeAFew() {
        final FakeBackend.FakeLink link = (FakeBackend.FakeLink) backend.start();
        link.timesNs = new long[] {1_000_000};
        new Repetitions(() -> false).measure(link, Operation.LOAD, 0);
        assertEquals(Repetitions.LEAST + 1, link.performed);
    }

    @Test
    void shouldFailWhereThereAreNoContainers() {
        final Link link = backend.start();
        final LabException refusal =
                assertThrows(LabException.class, () -> new Repetitions(() -> false).measure(link, Operation.EXEC, 1));
        assertEquals("engine runs no containers", refusal.getMessage());
    }
}
