package dev.tailrace.perf.store;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Map;

/// The name of the errno behind an exception of the file system, which Java gives as a class or as the C library's
/// text.
public final class IoReason {
    private static final Map<String, String> NAMES = Map.of(
            "No space left on device", "ENOSPC",
            "Disk quota exceeded", "EDQUOT",
            "Read-only file system", "EROFS",
            "Not a directory", "ENOTDIR",
            "Is a directory", "EISDIR",
            "Permission denied", "EACCES",
            "Input/output error", "EIO");

    private IoReason() {}

    /// The errno's name, with the text that belongs to it.
    public static String of(final IOException failure) {
        return switch (failure) {
            case AccessDeniedException denied -> "Permission denied (EACCES)";
            case NoSuchFileException missing -> "No such file or directory (ENOENT)";
            case NotDirectoryException notDirectory -> "Not a directory (ENOTDIR)";
            case DirectoryNotEmptyException notEmpty -> "Directory not empty (ENOTEMPTY)";
            case FileAlreadyExistsException exists -> "File exists (EEXIST)";
            case FileSystemException other when other.getReason() != null -> named(other.getReason());
            default -> named(String.valueOf(failure.getMessage()));
        };
    }

    private static String named(final String text) {
        final String name = NAMES.get(text);
        return name == null ? text : "%s (%s)".formatted(text, name);
    }
}
