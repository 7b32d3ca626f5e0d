package dev.tailrace.runtime.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class DetachKeysTest {
    private static final byte P = 16;
    private static final byte Q = 17;

    @Test
    void shouldLeaveWhenAllWereTyped() {
        final DetachKeys keys = new DetachKeys(DetachKeys.USUAL);
        assertPassed(keys, new byte[] {'a'}, 'a', P);
        assertFalse(keys.isComplete());
        assertPassed(keys, new byte[0], Q, 'b');
        assertTrue(keys.isComplete());
    }

    @Test
    void shouldPassOnWhatWasOnlyTheirBeginning() {
        final DetachKeys keys = new DetachKeys(DetachKeys.USUAL);
        assertPassed(keys, new byte[0], P);
        assertPassed(keys, new byte[] {P, 'x'}, 'x');
        assertPassed(keys, new byte[] {P}, P, P); // the second may be the beginning
        assertPassed(keys, new byte[0], Q);
        assertTrue(keys.isComplete());
    }

    @Test
    void shouldReadOtherKeys() {
        final DetachKeys keys = new DetachKeys("ctrl-],x");
        assertPassed(keys, new byte[0], (byte) 29, 'x');
        assertTrue(keys.isComplete());
        for (final String wrong : new String[] {"", "ctrl-", "ctrl-1", "alt-a", "ctrl-a,"}) {
            assertEquals(
                    ExitCode.ENGINE,
                    assertThrows(CommandException.class, () -> new DetachKeys(wrong), wrong)
                            .exitCode());
        }
    }

    private static void assertPassed(final DetachKeys keys, final byte[] expected, final int... typed) {
        final byte[] bytes = new byte[typed.length];
        for (int index = 0; index < typed.length; index++) {
            bytes[index] = (byte) typed[index];
        }
        assertArrayEquals(expected, keys.filter(bytes, bytes.length));
    }
}
