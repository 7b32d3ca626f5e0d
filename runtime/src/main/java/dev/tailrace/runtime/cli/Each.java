package dev.tailrace.runtime.cli;

import dev.tailrace.runtime.client.ApiException;
import java.io.IOException;
import java.util.List;

/// What is done with several containers or images, one after the other.
final class Each {
    private Each() {}

    /// What is done with one of several.
    interface Step {
        void with(String name) throws IOException;
    }

    /// Does it with all, whatever fails: a line for each failure, and the exit status for it.
    static int each(final List<String> names, final Console console, final Step step) throws IOException {
        int status = ExitCode.SUCCESS;
        for (final String name : names) {
            try {
                step.with(name);
            } catch (final ApiException e) {
                console.out().flush();
                console.err()
                        .println("Error response from daemon: "
                                + e.reason().strip().replaceAll("\\R+", " "));
                status = ExitCode.FAILURE;
            }
        }
        return status;
    }
}
