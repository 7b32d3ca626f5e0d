package dev.tailrace.runtime.network;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContainerSettingsTest {
    /// Lines of a gid_map, apart by slashes.
    @ParameterizedTest
    @CsvSource({
        "0 1000 1, 0",
        "0 1000 1/1 100000 65536, 65536",
        "         0       1000          1/         1     100000      65536/, 65536",
        "0 1000 1/5 100000 10, 0",
        "1 100000 10, 0",
        "0 0 4294967295, 2147483647"
    })
    void shouldEndTheRangeAtTheFirstGap(final String map, final long last) {
        assertEquals(last, ContainerSettings.lastOf(map.replace('/', '\n')));
    }
}
