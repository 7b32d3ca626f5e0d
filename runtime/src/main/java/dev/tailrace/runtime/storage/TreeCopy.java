package dev.tailrace.runtime.storage;

import dev.tailrace.runtime.storage.files.FileCalls;
import dev.tailrace.runtime.storage.files.FileData;
import dev.tailrace.runtime.storage.files.FileStatus;
import dev.tailrace.tapio.linux.Fd;
import java.util.HashMap;
import java.util.Map;

/// Copies the tree of a stack of layers: contents, owners, modes, times, attributes, hard links, holes.
final class TreeCopy implements AutoCloseable {
    private static final int MODE_0700 = 0x1c0;

    private final LayerStack stack;
    private final FileCalls calls;
    private final FileData data = new FileData();
    private final int target;

    /// Where in the copy the first of the links to a file is.
    private final Map<Inode, String> links = new HashMap<>();

    private record Inode(int layer, long number) {}

    /// @param target descriptor of an empty directory
    TreeCopy(final LayerStack stack, final int target) {
        this.stack = stack;
        this.calls = stack.calls();
        this.target = target;
    }

    void copy() {
        final LayerStack.Directory root = stack.root();
        directory(root, target);
        if (!root.layers().isEmpty()) {
            describe(root.layers().getFirst(), "", ".", target);
        }
    }

    @Override
    public void close() {
        data.close();
    }

    private void directory(final LayerStack.Directory source, final int to) {
        stack.entries(source).forEach((name, entry) -> {
            final int from = stack.open(entry.layer(), source.path());
            try {
                one(source, name, entry, from, to);
            } finally {
                Fd.close(from);
            }
        });
    }

    private void one(
            final LayerStack.Directory source,
            final String name,
            final LayerStack.Entry entry,
            final int from,
            final int to) {
        final FileStatus status = entry.status();
        if (status.isDirectory()) {
            calls.makeDirectory(to, name, MODE_0700);
            final int fd = calls.open(to, name, FileCalls.READ_DIRECTORY);
            try {
                directory(stack.child(source, name, entry), fd);
            } finally {
                Fd.close(fd);
            }
        } else if (isLinked(source, name, entry, to)) {
            return;
        } else if (status.isFile()) {
            content(from, to, name, status.sizeBytes());
        } else if (status.isSymbolicLink()) {
            calls.makeSymbolicLink(calls.readLink(from, name), to, name);
        } else if (status.isFifo()) {
            FileCalls.check(calls.tryMakeNode(to, name, status.type() | 0x180, 0), "mkfifo", name);
        } else {
            return;
        }
        describe(status, from, name, to);
    }

    private boolean isLinked(
            final LayerStack.Directory source, final String name, final LayerStack.Entry entry, final int to) {
        if (entry.status().links() < 2) {
            return false;
        }
        final String path = EntryPath.join(source.path(), name);
        final String first =
                links.putIfAbsent(new Inode(entry.layer(), entry.status().inode()), path);
        if (first == null) {
            return false;
        }
        calls.makeHardLink(target, first, to, name);
        return true;
    }

    private void content(final int from, final int to, final String name, final long sizeBytes) {
        final int source = calls.open(from, name, FileCalls.READ_FILE);
        try {
            final int copy = calls.create(to, name);
            try {
                data.copy(source, copy, name, sizeBytes);
            } finally {
                Fd.close(copy);
            }
        } finally {
            Fd.close(source);
        }
    }

    private void describe(final int layer, final String path, final String name, final int to) {
        final int from = stack.open(layer, path);
        try {
            describe(calls.status(from, name), from, name, to);
        } finally {
            Fd.close(from);
        }
    }

    /// What an image's layer has was set by us, so that all of it can be set here.
    private void describe(final FileStatus status, final int from, final String name, final int to) {
        FileCalls.check(calls.tryOwn(to, name, status.uid(), status.gid()), "lchown", name);
        if (!status.isSymbolicLink()) {
            stack.xattrs().set(to, name, stack.xattrs().portable(from, name));
            calls.permit(to, name, status.permissions());
        }
        calls.date(to, name, status.mtimeSeconds(), status.mtimeNanos());
    }
}
