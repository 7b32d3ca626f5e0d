package dev.tailrace.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What the list says allocates nothing: exactly, without JMH, whose own objects its gc profiler counts too.
final class AllocationTest {
    /// Packages of which not all is the frame path of the product.
    private static final Set<String> NOT_FRAME_PATH = Set.of("baseline", "binding");

    private final AllocationMeter meter = new AllocationMeter();

    @ParameterizedTest(name = "{0}")
    @MethodSource("allocationFree")
    void shouldAllocateNothing(final BenchmarkCase benchmark) throws Throwable {
        final BenchmarkCase.Ready ready = benchmark.ready();
        assertEquals(
                0,
                meter.allocatedBytes(ready.call()),
                () -> "bytes allocated by " + AllocationMeter.MEASURED_CALLS + " calls of " + benchmark);
        benchmark.finish(ready);
    }

    @Test
    void shouldSeeOneObjectInAllCalls() {
        final Allocating body = new Allocating();
        assertTrue(meter.allocatedBytes(body) >= Integer.BYTES, "an object was made and not seen");
        assertEquals(AllocationMeter.WARM_UP_CALLS + AllocationMeter.MEASURED_CALLS, body.calls);
        assertEquals(0, meter.allocatedBytes(() -> body.calls++));
    }

    @Test
    void shouldListAllOfTheFramePath() throws Exception {
        final List<String> lines = lines();
        for (final BenchmarkCase each : BenchmarkCase.all()) {
            final String packageName = each.type().getPackageName();
            final String last = packageName.substring(packageName.lastIndexOf('.') + 1);
            assertTrue(
                    NOT_FRAME_PATH.contains(last) || lines.stream().anyMatch(each.name()::startsWith),
                    each.name() + " may allocate, says allocation-free.txt");
        }
    }

    @Test
    void shouldListOnlyWhatThereIs() throws Exception {
        final List<BenchmarkCase> all = BenchmarkCase.all();
        for (final String line : lines()) {
            assertTrue(all.stream().anyMatch(each -> each.name().startsWith(line)), line + " is no benchmark");
        }
    }

    static Stream<BenchmarkCase> allocationFree() throws Exception {
        final List<String> lines = lines();
        return BenchmarkCase.all().stream().filter(each -> lines.stream().anyMatch(each.name()::startsWith));
    }

    private static List<String> lines() throws IOException {
        try (InputStream list = AllocationTest.class.getResourceAsStream("/allocation-free.txt")) {
            return new String(Objects.requireNonNull(list).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .toList();
        }
    }

    /// Makes one object, in the last of the calls.
    private static final class Allocating implements Runnable {
        private int calls;
        private Object kept = this;

        @Override
        public void run() {
            calls++;
            if (calls == AllocationMeter.WARM_UP_CALLS + AllocationMeter.MEASURED_CALLS) {
                kept = new int[] {kept.hashCode()};
            }
        }
    }
}
