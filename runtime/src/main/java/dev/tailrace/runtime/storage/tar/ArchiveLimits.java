package dev.tailrace.runtime.storage.tar;

/// What an archive may hold before it is taken for a bomb.
///
/// @param bytes of the archive when decompressed, and of the files in it as they look on the disk
/// @param entries files, directories, links and whiteouts
public record ArchiveLimits(long bytes, long entries) {
    /// Sixteen times the largest image that we know of, and ten times its files.
    public static final ArchiveLimits DEFAULT = new ArchiveLimits(256L << 30, 10_000_000);
}
