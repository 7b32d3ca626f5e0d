package dev.tailrace.runtime.engine;

import dev.tailrace.runtime.storage.ByteText;
import dev.tailrace.runtime.storage.tar.TarEntry;
import dev.tailrace.runtime.storage.tar.TarEntry.Type;
import java.util.ArrayDeque;
import java.util.Deque;

/// A path in a container as `docker cp` means it.
///
/// @param text as it was asked for
record CopyPath(String text) {
    CopyPath {
        if (text.isEmpty()) {
            throw EngineException.invalid("bad parameter: path cannot be empty");
        }
    }

    /// A byte string from the root, without `.` and `..`, which are taken away before any link is followed.
    String inRoot() {
        final Deque<String> parts = new ArrayDeque<>();
        for (final String part : ByteText.of(text).split("/", -1)) {
            if (part.equals("..")) {
                parts.pollLast();
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.addLast(part);
            }
        }
        return String.join("/", parts);
    }

    /// Whether a directory is meant, also behind a link.
    boolean isFollowed() {
        return text.endsWith("/") || isDot() || inRoot().isEmpty();
    }

    /// The name under which it comes: that of the path, `.` for what is in a directory, `/` for the root.
    String base() {
        if (isDot()) {
            return ".";
        }
        final String path = inRoot();
        return path.isEmpty() ? "/" : path.substring(path.lastIndexOf('/') + 1);
    }

    /// An entry of the archive of what is at `realPath`, under the name that the client expects.
    TarEntry renamed(final TarEntry entry, final String realPath) {
        final String link = entry.type() == Type.HARD_LINK ? renamed(entry.linkName(), realPath) : entry.linkName();
        return entry.withNames(renamed(entry.name(), realPath), link);
    }

    private String renamed(final String name, final String realPath) {
        if (base().equals("/")) {
            return "/" + name;
        }
        // The root itself, of which only what is in it comes.
        return realPath.isEmpty() ? base() + "/" + name : base() + name.substring(realPath.length());
    }

    private boolean isDot() {
        return text.equals(".") || text.endsWith("/.");
    }
}
