package dev.tailrace.runtime.storage.files;

/// What statx(2) says of a file.
///
/// @param mode type and permissions, as in `st_mode`
/// @param device of the file system, and `rawDevice` that the file stands for: major in the high, minor in the low half
public record FileStatus(
        int mode,
        int uid,
        int gid,
        int links,
        long inode,
        long device,
        long rawDevice,
        long sizeBytes,
        long mtimeSeconds,
        int mtimeNanos) {
    private static final int S_IFMT = 0xf000;
    private static final int S_IFIFO = 0x1000;
    private static final int S_IFCHR = 0x2000;
    private static final int S_IFDIR = 0x4000;
    private static final int S_IFBLK = 0x6000;
    private static final int S_IFREG = 0x8000;
    private static final int S_IFLNK = 0xa000;
    private static final int PERMISSIONS = 0xfff;

    public boolean isDirectory() {
        return type() == S_IFDIR;
    }

    public boolean isFile() {
        return type() == S_IFREG;
    }

    public boolean isSymbolicLink() {
        return type() == S_IFLNK;
    }

    public boolean isFifo() {
        return type() == S_IFIFO;
    }

    public boolean isDevice() {
        return type() == S_IFCHR || type() == S_IFBLK;
    }

    public boolean isCharacterDevice() {
        return type() == S_IFCHR;
    }

    /// How overlay marks what is not there (Documentation/filesystems/overlayfs.rst, "whiteouts and opaque
    /// directories").
    public boolean isWhiteout() {
        return type() == S_IFCHR && rawDevice == 0;
    }

    /// The S_IFMT bits.
    public int type() {
        return mode & S_IFMT;
    }

    /// The mode without the type.
    public int permissions() {
        return mode & PERMISSIONS;
    }
}
