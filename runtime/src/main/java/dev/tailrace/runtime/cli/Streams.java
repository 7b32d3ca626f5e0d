package dev.tailrace.runtime.cli;

import dev.tailrace.runtime.client.Hijacked;
import dev.tailrace.runtime.client.StreamFrames;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/// Carries what is typed to a process, and what it writes to us.
final class Streams {
    private static final int BUFFER_BYTES = 32 * 1024;

    private final Hijacked process;
    private final Console console;
    private final DetachKeys keys;
    private volatile boolean isDetached;

    Streams(final Hijacked process, final Console console, final DetachKeys keys) {
        this.process = process;
        this.console = console;
        this.keys = keys;
    }

    /// Returns when the process has written all, or the user has left it.
    ///
    /// @param hasInput whether the process reads what is typed
    /// @param hasTerminal whether it has a terminal, and the keys that leave it mean something
    /// @return whether the user has left it
    boolean carry(final boolean hasInput, final boolean hasTerminal) throws IOException {
        if (hasInput) {
            Thread.ofPlatform().daemon().name("input").start(() -> carryInput(hasTerminal));
        }
        try {
            if (hasTerminal) {
                copyAtOnce(process.output(), console.out());
            } else {
                StreamFrames.copy(process.output(), console.out(), console.err());
            }
        } catch (final IOException e) {
            if (!isDetached) {
                throw e;
            }
        }
        return isDetached;
    }

    private void carryInput(final boolean hasTerminal) {
        final byte[] typed = new byte[BUFFER_BYTES];
        try {
            while (true) {
                final int count = console.in().read(typed);
                if (count < 0) {
                    process.endInput();
                    return;
                }
                final byte[] passed = hasTerminal ? keys.filter(typed, count) : typed;
                process.write(passed, 0, hasTerminal ? passed.length : count);
                if (keys.isComplete()) {
                    isDetached = true;
                    process.close();
                    return;
                }
            }
        } catch (final IOException e) {
            // The process reads no more, or has ended: what it has written by then is still to be shown, and the end of
            // that is the end of all.
            isDetached |= keys.isComplete();
        }
    }

    /// Copies to the end; what comes is seen at once.
    static void copyAtOnce(final InputStream in, final OutputStream out) throws IOException {
        final byte[] bytes = new byte[BUFFER_BYTES];
        for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
            out.write(bytes, 0, count);
            out.flush();
        }
    }
}
