package dev.tailrace.runtime.storage.tar;

import java.util.List;
import java.util.Map;

/// What a tar archive says of one file.
///
/// @param name byte string, as written in the archive
/// @param linkName byte string, empty if it is no link
/// @param mode permission bits with set-user-id, set-group-id and sticky
/// @param sizeBytes as the file looks, holes included; 0 for all but files
/// @param mtimeNanos 0 to 999,999,999
/// @param xattrs byte strings to their values, in the archive's order
/// @param segments what of a file is stored, by rising offset; the rest is holes
public record TarEntry(
        String name,
        Type type,
        String linkName,
        int mode,
        int uid,
        int gid,
        long sizeBytes,
        long mtimeSeconds,
        int mtimeNanos,
        int deviceMajor,
        int deviceMinor,
        Map<String, byte[]> xattrs,
        List<Segment> segments) {
    /// Kinds of files, with their letters (POSIX pax, ustar interchange format).
    public enum Type {
        FILE('0'),
        HARD_LINK('1'),
        SYMBOLIC_LINK('2'),
        CHARACTER_DEVICE('3'),
        BLOCK_DEVICE('4'),
        DIRECTORY('5'),
        FIFO('6');

        private final char flag;

        Type(final char flag) {
            this.flag = flag;
        }

        /// The letter in the header.
        public char flag() {
            return flag;
        }
    }

    /// A run of stored bytes in a file.
    public record Segment(long offset, long lengthBytes) {}

    /// Bytes of the file that the archive holds.
    public long storedBytes() {
        long sum = 0;
        for (final Segment segment : segments) {
            sum += segment.lengthBytes();
        }
        return sum;
    }

    /// A file of `sizeBytes` without holes, of root, of mode 0644 and the time 0; change it with the `with` methods.
    public static TarEntry file(final String name, final long sizeBytes) {
        final List<Segment> whole = sizeBytes == 0 ? List.of() : List.of(new Segment(0, sizeBytes));
        return new TarEntry(name, Type.FILE, "", 0x1a4, 0, 0, sizeBytes, 0, 0, 0, 0, Map.of(), whole);
    }

    /// Something without content, of root, of mode 0755 and the time 0.
    public static TarEntry of(final String name, final Type type, final String linkName) {
        return new TarEntry(name, type, linkName, 0x1ed, 0, 0, 0, 0, 0, 0, 0, Map.of(), List.of());
    }

    /// The same under another name, and linked to another.
    public TarEntry withNames(final String newName, final String newLinkName) {
        return new TarEntry(
                newName,
                type,
                newLinkName,
                mode,
                uid,
                gid,
                sizeBytes,
                mtimeSeconds,
                mtimeNanos,
                deviceMajor,
                deviceMinor,
                xattrs,
                segments);
    }

    public TarEntry withMode(final int newMode) {
        return with(newMode, uid, gid, mtimeSeconds, mtimeNanos, xattrs);
    }

    public TarEntry withOwner(final int newUid, final int newGid) {
        return with(mode, newUid, newGid, mtimeSeconds, mtimeNanos, xattrs);
    }

    public TarEntry withTime(final long seconds, final int nanos) {
        return with(mode, uid, gid, seconds, nanos, xattrs);
    }

    public TarEntry withXattrs(final Map<String, byte[]> newXattrs) {
        return with(mode, uid, gid, mtimeSeconds, mtimeNanos, newXattrs);
    }

    private TarEntry with(
            final int newMode,
            final int newUid,
            final int newGid,
            final long seconds,
            final int nanos,
            final Map<String, byte[]> newXattrs) {
        return new TarEntry(
                name,
                type,
                linkName,
                newMode,
                newUid,
                newGid,
                sizeBytes,
                seconds,
                nanos,
                deviceMajor,
                deviceMinor,
                newXattrs,
                segments);
    }
}
