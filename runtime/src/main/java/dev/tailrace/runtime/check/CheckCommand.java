package dev.tailrace.runtime.check;

import dev.tailrace.runtime.daemon.DaemonException;
import dev.tailrace.runtime.daemon.Places;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// `tailrace check`: each problem in one line on the standard error; notes, the verdict and the commands that fix the
/// problems on the standard output.
public final class CheckCommand {
    private static final Path ROOT = Path.of("/");

    private CheckCommand() {}

    /// Checks this machine for the user who runs this.
    ///
    /// @return the exit status: 0 when nothing is missing, else 1
    public static int run(final PrintStream out, final PrintStream err) {
        try {
            final Map<String, String> environment = System.getenv();
            final Prerequisites prerequisites =
                    new Prerequisites(ROOT, Account.current(ROOT), environment, FileCapability::isThere);
            final List<Finding> findings = new ArrayList<>(prerequisites.check());
            findings.addAll(Attempts.check(nearest(Places.dataRoot(environment))));
            return report(findings, out, err);
        } catch (final IOException e) {
            err.println("tailrace check: cannot read " + e.getMessage());
            return 1;
        } catch (final DaemonException e) {
            err.println("tailrace check: " + e.getMessage());
            return 1;
        }
    }

    /// The directory, or the nearest above it that there is.
    private static Path nearest(final Path directory) {
        Path there = directory;
        while (!Files.isDirectory(there)) {
            there = Objects.requireNonNull(there.getParent(), "the root directory is one");
        }
        return there;
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
        FixScript.lines(findings.stream().filter(Finding::problem).toList()).forEach(out::println);
        return problems == 0 ? 0 : 1;
    }
}
