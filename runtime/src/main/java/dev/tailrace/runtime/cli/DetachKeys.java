package dev.tailrace.runtime.cli;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/// The keys that leave a container running: bytes that are typed one after the other, `ctrl-p,ctrl-q` by
/// default. What may be their beginning is held back until the next key shows whether it is. One thread
/// uses it.
final class DetachKeys {
    static final String USUAL = "ctrl-p,ctrl-q";

    private static final int CONTROL = 0x1f;
    private static final String CONTROL_KEY = "ctrl-[a-z@\\[\\\\\\]^_]";

    private final byte[] keys;
    private int matched;
    private boolean isComplete;

    /// @param text keys with commas between them: letters, or `ctrl-` and a letter or one of `@[\]^_`
    DetachKeys(final String text) {
        final String[] names = text.split(",", -1);
        keys = new byte[names.length];
        for (int index = 0; index < names.length; index++) {
            final String name = names[index];
            if (name.length() == 1) {
                keys[index] = (byte) name.charAt(0);
            } else if (name.matches(CONTROL_KEY)) {
                keys[index] = (byte) (name.charAt(name.length() - 1) & CONTROL);
            } else {
                throw new CommandException(
                        ExitCode.ENGINE, "--detach-keys \"" + text + "\" is wrong: it is like " + USUAL);
            }
        }
    }

    /// What of the typed bytes is for the process.
    byte[] filter(final byte[] typed, final int length) {
        final ByteArrayOutputStream passed = new ByteArrayOutputStream(length + keys.length);
        for (int index = 0; index < length && !isComplete; index++) {
            final byte key = typed[index];
            if (key != keys[matched]) {
                passed.write(keys, 0, matched);
                matched = 0;
            }
            if (key == keys[matched]) {
                matched++;
            } else {
                passed.write(key);
            }
            isComplete = matched == keys.length;
        }
        return passed.toByteArray();
    }

    /// Whether all of them were typed.
    boolean isComplete() {
        return isComplete;
    }

    @Override
    public String toString() {
        return Arrays.toString(keys);
    }
}
