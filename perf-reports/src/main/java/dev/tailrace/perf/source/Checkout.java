package dev.tailrace.perf.source;

import dev.tailrace.perf.lab.LabException;
import dev.tailrace.perf.lab.Programs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A git repository of this project: a checkout, or only what is in its `.git`.
///
/// @param directory as `git -C` takes it
public record Checkout(Path directory) {
    private static final Duration ALLOWED = Duration.ofSeconds(30);

    /// The full hash of a commit.
    ///
    /// @param revision branch, tag or hash
    /// @throws LabException in one line, if there is no such commit
    public String commit(final String revision) {
        final Programs.Ending ending =
                git("rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}");
        if (ending.status() != 0) {
            throw new LabException("no commit '%s' in %s%s"
                    .formatted(
                            revision,
                            directory,
                            ending.text().isEmpty()
                                    ? "; 'git log' lists them, and a shallow clone lacks older ones (git fetch --unshallow)"
                                    : ": " + Programs.quote(ending.text())));
        }
        return ending.text();
    }

    /// Puts the files of a commit into a directory.
    ///
    /// @param into an existing directory
    public void extract(final String commit, final Path into) {
        final Programs.Ending ending = Programs.end(
                List.of(
                        "sh",
                        "-c",
                        "git -c safe.directory='*' -C \"$1\" archive --format=tar \"$2\" | tar -x -C \"$3\" -f -",
                        "sh",
                        directory.toString(),
                        commit,
                        into.toString()),
                ALLOWED);
        if (ending.status() != 0) {
            throw new LabException(
                    "taking %s out of %s: %s".formatted(commit, directory, Programs.quote(ending.text())));
        }
    }

    private Programs.Ending git(final String... arguments) {
        if (Programs.find("git").isEmpty()) {
            throw new LabException("git is not installed. Fix: apt-get install git");
        }
        final List<String> command =
                new ArrayList<>(List.of("git", "-c", "safe.directory=*", "-C", directory.toString()));
        command.addAll(List.of(arguments));
        return Programs.end(command, ALLOWED);
    }
}
