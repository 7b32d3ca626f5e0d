package dev.tailrace.netstack.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MacAddressTest {
    private static final long SEED = 48;

    @Test
    void shouldFormatAndParse() {
        assertEquals("52:55:0a:00:02:02", MacAddress.format(0x5255_0a00_0202L));
        assertEquals(0x5255_0a00_0202L, MacAddress.parse("52:55:0A:00:02:02"));
        final SplittableRandom random = new SplittableRandom(SEED);
        for (int round = 0; round < 1000; round++) {
            final long address = random.nextLong() >>> 16;
            assertEquals(address, MacAddress.parse(MacAddress.format(address)), "seed " + SEED);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "52:55:0a:00:02",
                "52:55:0a:00:02:0",
                "52:55:0a:00:02:02:",
                "52:55:0a:00:02:0g",
                "52-55-0a-00-02-02",
                "5255:0a:00:02:002",
                "52:55:0a:00:02:-2",
                " 2:55:0a:00:02:02",
                "52:55:0a:00:02:0\u0662"
            })
    void shouldRefuse(final String text) {
        assertEquals(MacAddress.INVALID, MacAddress.parse(text));
    }

    @Test
    void shouldKnowGroups() {
        assertTrue(MacAddress.isMulticast(MacAddress.BROADCAST));
        assertTrue(MacAddress.isMulticast(0x0100_5e00_0001L));
        assertFalse(MacAddress.isMulticast(0x5254_0012_3456L));
    }
}
