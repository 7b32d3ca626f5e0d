package dev.tailrace.runtime.build;

import dev.tailrace.runtime.storage.ByteText;
import dev.tailrace.runtime.storage.RootView;
import dev.tailrace.runtime.storage.files.FileStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Where `COPY` and `ADD` take files from: the context, or the files of a stage.
///
/// @param view of its files
/// @param ignored what is not there for the build
/// @param isContext whether it is the context
record CopySource(RootView view, IgnoreRules ignored, boolean isContext) {
    /// A file or directory to be copied.
    ///
    /// @param path byte string from the root, without links; empty for the root itself
    /// @param name byte string, as it was called
    record Found(String path, String name, FileStatus status) {}

    /// What a word means, which may have wildcards.
    ///
    /// @throws BuildException there is no such thing, or it is outside
    List<Found> find(final String instruction, final String word) {
        final List<String> names = names(instruction, word);
        final List<Found> found = new ArrayList<>();
        for (final String path : GlobPattern.isPattern(word) ? expand(names) : List.of(String.join("/", names))) {
            final String inRoot = ByteText.of(path);
            final Optional<FileStatus> status = isIgnored(path) ? Optional.empty() : view.find(inRoot);
            status.ifPresent(known ->
                    found.add(new Found(view.realPath(inRoot), inRoot.substring(inRoot.lastIndexOf('/') + 1), known)));
        }
        if (found.isEmpty()) {
            throw new BuildException(
                    BuildException.Kind.INVALID,
                    isContext
                            ? instruction
                                    + " failed: file not found in build context or excluded by .dockerignore: stat "
                                    + word + ": file does not exist"
                            : instruction + " failed: stat " + word + ": file does not exist");
        }
        return found;
    }

    /// Whether the build does not see a path, as the context has it.
    boolean isIgnored(final String path) {
        return !path.isEmpty() && ignored.excludes(path);
    }

    /// The parts of a path, whose root is ours.
    private List<String> names(final String instruction, final String word) {
        final List<String> names = new ArrayList<>();
        for (final String part : word.split("/", -1)) {
            if (part.equals("..")) {
                if (names.isEmpty()) {
                    throw new BuildException(
                            BuildException.Kind.INVALID,
                            instruction + " failed: forbidden path outside the build context: " + word);
                }
                names.removeLast();
            } else if (!part.isEmpty() && !part.equals(".")) {
                names.add(part);
            }
        }
        return names;
    }

    private List<String> expand(final List<String> names) {
        List<String> paths = List.of("");
        for (final String name : names) {
            final Pattern pattern = GlobPattern.compile(name, false);
            final List<String> longer = new ArrayList<>();
            for (final String path : paths) {
                final String prefix = path.isEmpty() ? "" : path + "/";
                if (!GlobPattern.isPattern(name)) {
                    longer.add(prefix + name);
                    continue;
                }
                for (final String entry : view.names(ByteText.of(path))) {
                    final String text = ByteText.toText(entry);
                    if (pattern.matcher(text).matches()) {
                        longer.add(prefix + text);
                    }
                }
            }
            paths = longer;
        }
        return paths;
    }
}
