package dev.tailrace.runtime.api;

import dev.tailrace.runtime.engine.EngineException;
import dev.tailrace.runtime.engine.EngineException.Kind;
import java.io.ByteArrayOutputStream;

/// Finds the keys that detach a terminal in what a client types. Docker's own client finds them itself.
final class DetachKeys {
    private static final byte[] DEFAULT = {16, 17};

    private final byte[] keys;
    private int matched;

    private DetachKeys(final byte[] keys) {
        this.keys = keys;
    }

    /// @param text `ctrl-p,ctrl-q`; empty for these
    static DetachKeys parse(final String text) {
        if (text.isEmpty()) {
            return new DetachKeys(DEFAULT);
        }
        final String[] names = text.split(",", -1);
        final byte[] keys = new byte[names.length];
        for (int i = 0; i < names.length; i++) {
            keys[i] = key(names[i]);
        }
        return new DetachKeys(keys);
    }

    /// What goes on to the process: a beginning of the sequence is held back until it is clear that it is none.
    ///
    /// @return the bytes before the sequence
    byte[] pass(final byte[] bytes, final int count) {
        final ByteArrayOutputStream passed = new ByteArrayOutputStream(count + keys.length);
        for (int i = 0; i < count && !isComplete(); i++) {
            if (bytes[i] != keys[matched] && matched > 0) {
                passed.write(keys, 0, matched);
                matched = 0;
            }
            if (bytes[i] == keys[matched]) {
                matched++;
            } else {
                passed.write(bytes[i]);
            }
        }
        return passed.toByteArray();
    }

    boolean isComplete() {
        return matched == keys.length;
    }

    private static byte key(final String name) {
        if (name.length() == 1) {
            return (byte) name.charAt(0);
        }
        if (name.startsWith("ctrl-") && name.length() == 6) {
            final char letter = name.charAt(5);
            if (letter >= '@' && letter <= '_') {
                return (byte) (letter - '@');
            }
            if (letter >= 'a' && letter <= 'z') {
                return (byte) (letter - 'a' + 1);
            }
        }
        throw new EngineException(Kind.INVALID, "Invalid detach keys: " + name);
    }
}
