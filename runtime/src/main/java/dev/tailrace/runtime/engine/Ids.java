package dev.tailrace.runtime.engine;

import java.util.HexFormat;
import java.util.random.RandomGenerator;

/// Makes ids of 64 hexadecimal digits.
final class Ids {
    private static final int LENGTH_BYTES = 32;
    private static final int SHORT_DIGITS = 12;

    private final RandomGenerator random;

    Ids(final RandomGenerator random) {
        this.random = random;
    }

    /// One whose beginning is not a number: clients would take it for one.
    String next() {
        while (true) {
            final byte[] bytes = new byte[LENGTH_BYTES];
            random.nextBytes(bytes);
            final String id = HexFormat.of().formatHex(bytes);
            if (!id.substring(0, SHORT_DIGITS).matches("[0-9]+")) {
                return id;
            }
        }
    }

    /// What clients show.
    static String shorten(final String id) {
        return id.substring(0, SHORT_DIGITS);
    }
}
