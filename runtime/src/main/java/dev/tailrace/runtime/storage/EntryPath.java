package dev.tailrace.runtime.storage;

import java.util.ArrayList;
import java.util.List;

/// Where an entry of an archive belongs beneath the root: a byte string without leading slash, `.` and `..`.
///
/// @param parent empty for the root
/// @param name empty for the root itself
record EntryPath(String parent, String name) {
    private static final int MOST_BYTES = 4095;

    /// @throws StorageException for one that leads out of the root
    static EntryPath of(final String raw) {
        if (raw.length() > MOST_BYTES) {
            throw corrupt("a name of " + raw.length() + " bytes: " + ByteText.forMessage(raw.substring(0, 60)) + "...");
        }
        final List<String> parts = new ArrayList<>();
        for (final String part : raw.split("/", -1)) {
            if (part.equals("..")) {
                if (parts.isEmpty()) {
                    throw corrupt(ByteText.forMessage(raw) + " leads out of the root");
                }
                parts.removeLast();
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        if (parts.isEmpty()) {
            return new EntryPath("", "");
        }
        final String name = parts.removeLast();
        return new EntryPath(String.join("/", parts), name);
    }

    boolean isRoot() {
        return name.isEmpty();
    }

    String path() {
        return join(parent, name);
    }

    static String join(final String parent, final String name) {
        return parent.isEmpty() ? name : parent + "/" + name;
    }

    /// The path from a root to what is in it.
    ///
    /// @param root as the kernel names it; `/` if it is the root of another mount namespace
    /// @param real as the kernel names what is in it, or the root itself
    static String beneath(final String root, final String real) {
        final int length = root.equals("/") ? 0 : root.length();
        return real.length() <= length + 1 ? "" : real.substring(length + 1);
    }

    static StorageException corrupt(final String what) {
        return new StorageException(StorageException.Kind.CORRUPT, "corrupt archive: " + what);
    }
}
