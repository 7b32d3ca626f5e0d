package dev.tailrace.runtime.check;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

/// `tailrace check`: each problem in one line on the standard error, notes and the verdict on the standard output.
public final class CheckCommand {
    private static final Path ROOT = Path.of("/");

    private CheckCommand() {}

    /// Checks this machine for the user who runs this.
    ///
    /// @return the exit status: 0 when nothing is missing, else 1
    public static int run(final PrintStream out, final PrintStream err) {
        try {
            return report(new Prerequisites(ROOT, Account.current(ROOT)).check(), out, err);
        } catch (final IOException e) {
            err.println("tailrace check: cannot read " + e.getMessage());
            return 1;
        }
    }

    static int report(final List<Finding> findings, final PrintStream out, final PrintStream err) {
        int problems = 0;
        for (final Finding finding : findings) {
            if (finding.problem()) {
                problems++;
                err.println(finding);
            } else {
                out.println("note: " + finding);
            }
        }
        out.println(problems == 0 ? "Ready." : "Not ready: " + problems + (problems == 1 ? " problem." : " problems."));
        return problems == 0 ? 0 : 1;
    }
}
