package dev.tailrace.netstack.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tailrace.netstack.testkit.Snapshot;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/// Throughput in virtual time over buffer, loss and round trip, exactly as committed: a gate on the protocol's
/// behaviour that no noise of the machine can move. A change that means to move it commits the new table.
class ThroughputMatrixTest {
    private static final int[] BUFFER_KIB = {64, 256, 1_024};
    private static final int[] LOSS_PER_MILLE = {0, 5, 20};
    private static final long[] ROUND_TRIP_US = {100, 10_000, 100_000};

    @Test
    void shouldMoveDataAsFastAsCommitted() {
        final StringBuilder table = new StringBuilder(ThroughputCell.HEADING);
        for (final boolean isUp : new boolean[] {true, false}) {
            for (final int bufferKib : BUFFER_KIB) {
                for (final int loss : LOSS_PER_MILLE) {
                    for (final long roundTripUs : ROUND_TRIP_US) {
                        table.append(new ThroughputCell(isUp, bufferKib, loss, roundTripUs).run());
                    }
                }
            }
        }
        Snapshot.of(ThroughputMatrixTest.class, "throughput-matrix.txt").assertMatches(table.toString());
    }

    @Test
    void shouldRepeatItselfExactly() {
        final ThroughputCell cell = new ThroughputCell(false, 256, 20, 10_000);
        assertEquals(cell.run(), cell.run());
    }

    @Test
    void shouldWriteNumbersTheSameInEveryLocale() {
        final Locale usual = Locale.getDefault();
        final ThroughputCell cell = new ThroughputCell(true, 64, 0, 10_000);
        final String expected = cell.run();
        Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
        try {
            assertEquals(expected, cell.run());
        } finally {
            Locale.setDefault(usual);
        }
    }
}
