package dev.tailrace.runtime.storage;

import dev.tailrace.runtime.storage.tar.TarEntry;
import dev.tailrace.runtime.storage.tar.TarEntry.Type;

/// Programs that would run as somebody whom this user namespace does not have. Such a file becomes root's
/// ([OwnerPolicy#IGNORE_UNMAPPED]): with its set-user-ID or set-group-ID bit it would make root of whoever runs it, and
/// so it loses that. Not for several threads.
final class LostPrivileges {
    private static final int S_ISUID = 0x800;
    private static final int S_ISGID = 0x400;

    private int count;
    private String first = "";

    /// The mode that a file gets.
    ///
    /// @param isOwned whether it has got the owner that the archive says
    int mode(final TarEntry entry, final boolean isOwned) {
        if (isOwned || entry.type() != Type.FILE) {
            return entry.mode();
        }
        int lost = entry.uid() == 0 ? 0 : S_ISUID;
        lost |= entry.gid() == 0 ? 0 : S_ISGID;
        lost &= entry.mode();
        if (lost != 0) {
            if (count == 0) {
                first = ByteText.forMessage(entry.name()) + " of " + Integer.toUnsignedString(entry.uid()) + ":"
                        + Integer.toUnsignedString(entry.gid());
            }
            count++;
        }
        return entry.mode() & ~lost;
    }

    /// Says so in the engine's log, in one line, if there is anything to say.
    ///
    /// @param where what was unpacked
    void report(final String where) {
        if (count > 0) {
            System.err.print("tailrace: " + where + ": " + count + (count == 1 ? " file" : " files")
                    + " without the set-user-ID or set-group-ID bit, since this engine does not have the owner: "
                    + first
                    + (count == 1 ? "" : " and others") + "\n");
        }
    }
}
