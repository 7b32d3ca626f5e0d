package dev.tailrace.netstack.ip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IcmpTranslationTest {
    /// RFC 7915 section 4.2, but host unreachable apart.
    @ParameterizedTest
    @CsvSource({
        "3, 0, 1, 0",
        "3, 1, 1, 3",
        "3, 2, 4, 1",
        "3, 3, 1, 4",
        "3, 4, 2, 0",
        "3, 5, 1, 0",
        "3, 9, 1, 1",
        "3, 10, 1, 1",
        "3, 13, 1, 1",
        "11, 0, 3, 0",
        "11, 1, 3, 1",
        "12, 0, 4, 0"
    })
    void shouldSayTheSameInIcmpv6(final int type, final int code, final int type6, final int code6) {
        assertEquals(type6 << 8 | code6, IcmpTranslation.toIcmpv6(type, code));
    }

    /// RFC 7915 section 5.2, but no route apart.
    @ParameterizedTest
    @CsvSource({
        "1, 0, 3, 0",
        "1, 1, 3, 13",
        "1, 2, 3, 1",
        "1, 3, 3, 1",
        "1, 4, 3, 3",
        "1, 5, 3, 13",
        "1, 6, 3, 13",
        "2, 0, 3, 4",
        "3, 0, 11, 0",
        "3, 1, 11, 1",
        "4, 0, 12, 0",
        "4, 1, 3, 2"
    })
    void shouldSayTheSameInIcmpv4(final int type6, final int code6, final int type, final int code) {
        assertEquals(type, IcmpTranslation.typeOf(type6, code6));
        assertEquals(code, IcmpTranslation.codeOf(type6, code6));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5, 127, 128, 129, 133, 134, 135, 136, 137, 255})
    void shouldPassOnErrorsOnly(final int type6) {
        assertFalse(HostErrors.isForwarded(IcmpTranslation.typeOf(type6, 0)));
    }
}
