package dev.tailrace.perf.traffic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.perf.lab.LabException;
import dev.tailrace.perf.lab.Route;
import dev.tailrace.perf.matrix.Cell;
import dev.tailrace.perf.result.HistogramText;
import dev.tailrace.perf.result.Metric;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Real traffic over loopback.
final class TrafficIT {
    private static final String ADDRESS = "127.0.0.1";
    private static final int PORT = 25_201;

    private static Route route(final int port) {
        return new Route(List::copyOf, ADDRESS, port, List::copyOf, ADDRESS, port);
    }

    private static Measurement run(final String cell) {
        return Traffic.run(route(PORT), Cell.parse(cell), 1);
    }

    private static double value(final Measurement measurement, final Metric metric) {
        return measurement.values().get(metric);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp/c2h/up/mtu1500/x1", "tcp/c2h/down/mtu1500/x4", "tcp/h2c/down/mtu1500/x1"})
    void shouldCarryBulk(final String cell) {
        final Measurement measurement = run(cell);
        assertTrue(measurement.bytes() > 1_000_000, measurement::toString);
        assertTrue(value(measurement, Metric.GOODPUT) > 1e7, measurement::toString);
        assertTrue(value(measurement, Metric.RETRANSMITS) >= 0, measurement::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"udp/c2h/up/mtu1500/x1", "udp/c2h/down/mtu1500/x1"})
    void shouldCarryDatagrams(final String cell) {
        final Measurement measurement = run(cell);
        assertTrue(value(measurement, Metric.DATAGRAMS) > 100, measurement::toString);
        final double lost = value(measurement, Metric.LOST);
        assertTrue(lost >= 0 && lost < 1, measurement::toString);
    }

    @Test
    void shouldCarryDatagramsOfTheLengthAskedFor() {
        final Measurement measurement = run("udp/c2h/up/mtu1500/x1/len64");
        final double datagrams = value(measurement, Metric.DATAGRAMS);
        assertEquals(64 * 8, value(measurement, Metric.GOODPUT) / datagrams, 1e-6, measurement::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"udpgso/c2h/up/mtu1500/x1", "udpgso/c2h/down/mtu1500/x2", "udpgso/h2c/down/mtu65520/x1"})
    void shouldCarryDatagramsInBatches(final String cell) {
        final Measurement measurement = run(cell);
        final double bits = value(measurement, Metric.GOODPUT) / value(measurement, Metric.DATAGRAMS);
        assertEquals((Cell.parse(cell).mtu() - 28) * 8, bits, 1e-6, measurement::toString);
        assertTrue(value(measurement, Metric.GOODPUT) > 1e8, measurement::toString);
        final double lost = value(measurement, Metric.LOST);
        assertTrue(lost >= 0 && lost < 1, measurement::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rr/c2h/mtu1500/x2/bulk-up", "crr/c2h/mtu1500/x1/bulk-down"})
    void shouldMeasureRoundTripsBesideAStream(final String cell) {
        final Measurement measurement = run(cell);
        assertTrue(value(measurement, Metric.TRANSACTIONS) > 5, measurement::toString);
        assertTrue(value(measurement, Metric.P50) <= value(measurement, Metric.P99), measurement::toString);
        assertTrue(value(measurement, Metric.GOODPUT) > 1e8, measurement::toString);
        assertEquals(0, measurement.transactions(), "processor time that is the stream's too");
        assertEquals(
                List.of(),
                ProcessHandle.current().children().filter(TrafficIT::isIperf).toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"rr/c2h/mtu1500/x1", "rr/c2h/mtu1500/x2", "crr/c2h/mtu1500/x1"})
    void shouldMeasureRoundTrips(final String cell) throws DataFormatException {
        final Measurement measurement = run(cell);
        assertTrue(value(measurement, Metric.TRANSACTIONS) > 50, measurement::toString);
        assertTrue(value(measurement, Metric.ROUND_TRIP_P50) > 1, measurement::toString);
        final double p50 = value(measurement, Metric.P50);
        final double paced = value(measurement, Metric.PACED_ROUND_TRIP_P50);
        assertTrue(paced > 1 && paced <= p50, measurement::toString);
        assertTrue(p50 > 1 && p50 <= value(measurement, Metric.P99), measurement::toString);
        final Histogram times = HistogramText.decode(measurement.histogram().orElseThrow());
        assertEquals(p50, times.getValueAtPercentile(50) / 1e3);
        assertTrue(times.getTotalCount() > 50 && times.getTotalCount() < measurement.transactions());
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp/c2h/up/mtu1500/x1", "rr/c2h/mtu1500/x1"})
    void shouldSayThatThePortIsBusy(final String cell) throws IOException {
        try (ServerSocket holder = new ServerSocket(0, 1, InetAddress.getByName(ADDRESS))) {
            final int port = holder.getLocalPort();
            final LabException busy =
                    assertThrows(LabException.class, () -> Traffic.run(route(port), Cell.parse(cell), 1));
            assertEquals(1, busy.getMessage().lines().count(), busy.getMessage());
            assertTrue(
                    busy.getMessage().startsWith("listening on 127.0.0.1 port %d (ss".formatted(port)),
                    busy.getMessage());
            assertTrue(busy.getMessage().contains("Address already in use"), busy.getMessage());
        }
    }

    @Test
    void shouldFailWhenNobodyListensBehindTheRoute() {
        final Route nowhere = new Route(List::copyOf, ADDRESS, PORT, List::copyOf, ADDRESS, 1);
        final LabException refused =
                assertThrows(LabException.class, () -> Traffic.run(nowhere, Cell.parse("tcp/c2h/up/mtu1500/x1"), 1));
        assertTrue(refused.getMessage().contains("Connection refused"), refused.getMessage());
        for (final String cell :
                List.of("crr/c2h/mtu1500/x1", "udpgso/c2h/up/mtu1500/x1", "rr/c2h/mtu1500/x1/bulk-up")) {
            final LabException failure =
                    assertThrows(LabException.class, () -> Traffic.run(nowhere, Cell.parse(cell), 1));
            assertEquals(1, failure.getMessage().lines().count(), failure.getMessage());
        }
    }

    /// Only the sending iperf3 knows the round trip: whether there is one tells which end the client was.
    @Test
    void shouldSendFromTheRightEnd() {
        for (final String clientSends : List.of("tcp/c2h/up/mtu1500/x1", "tcp/h2c/down/mtu1500/x1")) {
            assertTrue(value(run(clientSends), Metric.ROUND_TRIP) > 0);
        }
        for (final String clientReceives : List.of("tcp/c2h/down/mtu1500/x1", "tcp/h2c/up/mtu1500/x1")) {
            final Measurement measurement = run(clientReceives);
            assertFalse(measurement.values().containsKey(Metric.ROUND_TRIP), measurement::toString);
        }
    }

    @Test
    @Timeout(30)
    void shouldEndAtOnceWhenItIsInterrupted() throws InterruptedException {
        final Thread interrupter = Thread.ofPlatform().start(() -> {
            while (ProcessHandle.current().children().noneMatch(TrafficIT::isClient)) {
                Thread.onSpinWait();
            }
            Traffic.interrupt();
        });
        assertThrows(LabException.class, () -> Traffic.run(route(PORT), Cell.parse("tcp/c2h/up/mtu1500/x4"), 600));
        interrupter.join();
        assertEquals(
                List.of(),
                ProcessHandle.current().children().filter(TrafficIT::isIperf).toList());
    }

    private static boolean isIperf(final ProcessHandle process) {
        return process.info().commandLine().orElse("").contains("iperf3");
    }

    private static boolean isClient(final ProcessHandle process) {
        return process.info().commandLine().orElse("").contains("--client");
    }
}
