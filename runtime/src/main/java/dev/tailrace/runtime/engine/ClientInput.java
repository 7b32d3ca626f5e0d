package dev.tailrace.runtime.engine;

import java.io.IOException;

/// One client's way to a process's input.
public final class ClientInput {
    private final ProcessInput input;
    private final boolean endsProcessInput;

    ClientInput(final ProcessInput input, final boolean endsProcessInput) {
        this.input = input;
        this.endsProcessInput = endsProcessInput;
    }

    /// Waits while the process is behind. The bytes are its own from now on.
    ///
    /// @throws IOException nobody reads any more
    public void write(final byte[] bytes) throws IOException, InterruptedException {
        input.write(bytes);
    }

    /// The client writes no more.
    ///
    /// @return whether that is the end of the process's input; if not, Docker ends the attachment
    public boolean finish() {
        if (endsProcessInput) {
            input.finish();
        }
        return endsProcessInput;
    }
}
