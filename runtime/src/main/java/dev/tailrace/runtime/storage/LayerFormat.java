package dev.tailrace.runtime.storage;

import dev.tailrace.runtime.storage.files.FileCalls;
import dev.tailrace.runtime.storage.files.FileStatus;
import dev.tailrace.runtime.storage.files.Xattrs;
import dev.tailrace.tapio.linux.Fd;
import java.util.Optional;

/// How an unpacked layer says what of the layers below it hides.
enum LayerFormat {
    /// As overlay reads it: a character device 0:0 hides what has its name, `user.overlay.opaque` a directory.
    OVERLAY {
        @Override
        boolean isHidden(final FileCalls calls, final int directory, final String name) {
            return calls.find(directory, name).filter(FileStatus::isWhiteout).isPresent();
        }

        @Override
        void hide(final FileCalls calls, final int directory, final String name) {
            FileCalls.check(calls.tryMakeNode(directory, name, S_IFCHR, 0), "mknod whiteout", name);
        }

        @Override
        void unhide(final FileCalls calls, final int directory, final String name) {
            calls.unlink(directory, name);
        }

        @Override
        void makeOpaque(final FileCalls calls, final Xattrs xattrs, final int directory, final String name) {
            xattrs.markOpaque(directory, name);
        }

        @Override
        boolean isOpaque(final FileCalls calls, final Xattrs xattrs, final int directory, final String name) {
            return xattrs.isOpaque(directory, name);
        }

        @Override
        Optional<String> hiddenName(final String name, final FileStatus status) {
            return status.isWhiteout() ? Optional.of(name) : Optional.empty();
        }
    },

    /// As in the archive, for file systems without device nodes or attributes: empty files `.wh.NAME` and
    /// `.wh..wh..opq`.
    PLAIN {
        @Override
        boolean isHidden(final FileCalls calls, final int directory, final String name) {
            return calls.find(directory, WHITEOUT + name).isPresent();
        }

        @Override
        void hide(final FileCalls calls, final int directory, final String name) {
            mark(calls, directory, WHITEOUT + name);
        }

        @Override
        void unhide(final FileCalls calls, final int directory, final String name) {
            calls.unlink(directory, WHITEOUT + name);
        }

        @Override
        void makeOpaque(final FileCalls calls, final Xattrs xattrs, final int directory, final String name) {
            mark(calls, directory, EntryPath.join(name, OPAQUE));
        }

        @Override
        boolean isOpaque(final FileCalls calls, final Xattrs xattrs, final int directory, final String name) {
            return calls.find(directory, EntryPath.join(name, OPAQUE)).isPresent();
        }

        @Override
        Optional<String> hiddenName(final String name, final FileStatus status) {
            return name.startsWith(WHITEOUT) ? Optional.of(name.substring(WHITEOUT.length())) : Optional.empty();
        }

        private void mark(final FileCalls calls, final int directory, final String name) {
            final int flags = Fd.O_CREAT | Fd.O_WRONLY | Fd.O_NOFOLLOW | Fd.O_CLOEXEC;
            final int fd = calls.tryOpen(directory, name, flags, 0x180, FileCalls.BENEATH);
            Fd.close((int) FileCalls.check(fd, "create", name));
        }
    };

    /// What hides a file in an archive (OCI image specification, layer.md, "Whiteouts").
    static final String WHITEOUT = ".wh.";

    /// What makes the directory that it is in hide all below.
    static final String OPAQUE = ".wh..wh..opq";

    /// Of aufs, which invented this: they mean nothing here.
    static final String METADATA = ".wh..wh.";

    private static final int S_IFCHR = 0x2000;

    /// Whether the layer hides `name`.
    abstract boolean isHidden(FileCalls calls, int directory, String name);

    abstract void hide(FileCalls calls, int directory, String name);

    abstract void unhide(FileCalls calls, int directory, String name);

    abstract void makeOpaque(FileCalls calls, Xattrs xattrs, int directory, String name);

    abstract boolean isOpaque(FileCalls calls, Xattrs xattrs, int directory, String name);

    /// Which name below is hidden by this file of the layer.
    abstract Optional<String> hiddenName(String name, FileStatus status);
}
