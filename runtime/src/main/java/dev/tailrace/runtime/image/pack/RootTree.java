package dev.tailrace.runtime.image.pack;

import dev.tailrace.runtime.storage.ByteText;
import dev.tailrace.runtime.storage.tar.TarEntry;
import dev.tailrace.runtime.storage.tar.TarEntry.Type;
import dev.tailrace.runtime.storage.tar.TarWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// The files of an image that is being put together. All belong to root, unless it is said otherwise.
final class RootTree {
    private static final int MODE_0755 = 0x1ed;
    private static final int MODE_0644 = 0x1a4;
    private static final int MOST_LINKS = 40;
    private static final int BUFFER_BYTES = 64 * 1024;

    /// Links that many machines have instead of directories.
    private static final List<String> TOP_LINKS = List.of("/bin", "/sbin", "/lib", "/lib64");

    private final Path host;
    private final Consumer<String> notes;
    private final Map<String, Node> nodes = new TreeMap<>();

    /// A file of the image.
    private sealed interface Node {
        record Directory(int mode, int uid, int gid) implements Node {}

        record HostFile(Path path, int mode, long sizeBytes, long mtimeSeconds) implements Node {}

        record Text(byte[] content, int mode) implements Node {}

        record Link(String target) implements Node {}
    }

    /// @param host the machine's root
    /// @param notes is told what was left out
    RootTree(final Path host, final Consumer<String> notes) throws IOException {
        this.host = host;
        this.notes = notes;
        for (final String link : TOP_LINKS) {
            if (Files.isSymbolicLink(at(link))) {
                host(link);
            }
        }
    }

    Path onHost(final String path) {
        return at(path);
    }

    void directory(final String path, final int mode, final int uid, final int gid) {
        final String place = resolve(path);
        parents(place);
        nodes.put(place, new Node.Directory(mode, uid, gid));
    }

    void text(final String path, final String content) {
        put(path, new Node.Text(content.getBytes(StandardCharsets.UTF_8), MODE_0644));
    }

    void link(final String path, final String target) {
        put(path, new Node.Link(target));
    }

    /// Takes a file or link of the host in under its name, and what the links on the way there and from it lead to. A
    /// directory comes without what is in it.
    void host(final String path) throws IOException {
        final Deque<String> rest = new ArrayDeque<>(List.of(path.split("/")));
        String done = "";
        int links = 0;
        while (!rest.isEmpty()) {
            final String part = rest.poll();
            if (part.isEmpty() || part.equals(".")) {
                continue;
            }
            if (part.equals("..")) {
                done = done.substring(0, Math.max(0, done.lastIndexOf('/')));
                continue;
            }
            final String here = done + "/" + part;
            final Path file = at(here);
            if (!Files.isSymbolicLink(file)) {
                done = here;
                continue;
            }
            if (++links > MOST_LINKS) {
                throw new PackException("too many links on the way to " + path);
            }
            final String target = Files.readSymbolicLink(file).toString();
            parents(here);
            nodes.put(here, new Node.Link(target));
            for (final String step : List.of(target.split("/")).reversed()) {
                rest.addFirst(step);
            }
            done = target.startsWith("/") ? "" : done;
        }
        file(done);
    }

    /// Takes a directory of the host in with all that is in it.
    void hostTree(final String path) throws IOException {
        host(path);
        try (Stream<Path> files = Files.walk(at(path))) {
            for (final Path file : files.toList()) {
                final String name = "/" + host.relativize(file);
                if (Files.isSymbolicLink(file) && !Files.exists(file)) {
                    link(name, Files.readSymbolicLink(file).toString());
                } else if (Files.isReadable(file)) {
                    host(name);
                } else {
                    notes.accept("left out, since it cannot be read: " + name);
                }
            }
        }
    }

    boolean has(final String path) {
        return nodes.containsKey(resolve(path));
    }

    boolean isLink(final String path) {
        return nodes.get(path) instanceof Node.Link;
    }

    /// Writes all as tar, parents before what is in them.
    void write(final OutputStream out) throws IOException {
        try (TarWriter tar = new TarWriter(out)) {
            for (final Map.Entry<String, Node> entry : nodes.entrySet()) {
                final String name = ByteText.of(entry.getKey().substring(1));
                switch (entry.getValue()) {
                    case Node.Directory directory ->
                        tar.entry(TarEntry.of(name + "/", Type.DIRECTORY, "")
                                .withMode(directory.mode())
                                .withOwner(directory.uid(), directory.gid()));
                    case Node.Link link ->
                        tar.entry(TarEntry.of(name, Type.SYMBOLIC_LINK, ByteText.of(link.target()))
                                .withMode(0x1ff));
                    case Node.Text text -> {
                        tar.entry(TarEntry.file(name, text.content().length).withMode(text.mode()));
                        tar.write(text.content(), 0, text.content().length);
                    }
                    case Node.HostFile file -> {
                        tar.entry(TarEntry.file(name, file.sizeBytes())
                                .withMode(file.mode())
                                .withTime(file.mtimeSeconds(), 0));
                        copy(file, tar);
                    }
                }
            }
        }
    }

    private void put(final String path, final Node node) {
        final String place = resolve(path);
        parents(place);
        nodes.put(place, node);
    }

    private void file(final String path) throws IOException {
        if (path.isEmpty()) {
            return;
        }
        final Path file = at(path);
        parents(path);
        if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
            nodes.putIfAbsent(path, new Node.Directory(mode(file), 0, 0));
        } else if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            if (!Files.isReadable(file)) {
                throw new PackException("cannot read " + path + ": permission denied");
            }
            final long seconds = Files.getLastModifiedTime(file).toMillis() / 1000;
            nodes.put(path, new Node.HostFile(file, mode(file), Files.size(file), seconds));
        } else if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new PackException(path + " is not there");
        } else {
            notes.accept("left out, since it is no regular file: " + path);
        }
    }

    private void parents(final String path) {
        for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
            nodes.putIfAbsent(path.substring(0, slash), new Node.Directory(MODE_0755, 0, 0));
        }
    }

    /// Follows the links of the image itself in the parents of a path.
    private String resolve(final String path) {
        final Deque<String> rest = new ArrayDeque<>(List.of(path.substring(1).split("/")));
        String done = "";
        int links = 0;
        while (!rest.isEmpty()) {
            final String part = rest.poll();
            if (part.equals("..")) {
                done = done.substring(0, Math.max(0, done.lastIndexOf('/')));
                continue;
            }
            final String here = part.isEmpty() || part.equals(".") ? done : done + "/" + part;
            if (rest.isEmpty() || !(nodes.get(here) instanceof Node.Link link)) {
                done = here;
                continue;
            }
            if (++links > MOST_LINKS) {
                throw new PackException("too many links on the way to " + path);
            }
            for (final String step : List.of(link.target().split("/")).reversed()) {
                rest.addFirst(step);
            }
            done = link.target().startsWith("/") ? "" : done;
        }
        return done;
    }

    private static void copy(final Node.HostFile file, final TarWriter tar) throws IOException {
        final byte[] buffer = new byte[BUFFER_BYTES];
        long left = file.sizeBytes();
        try (InputStream in = Files.newInputStream(file.path())) {
            while (left > 0) {
                final int count = in.read(buffer, 0, (int) Math.min(buffer.length, left));
                if (count < 0) {
                    throw new PackException(file.path() + " became shorter while it was read");
                }
                tar.write(buffer, 0, count);
                left -= count;
            }
        }
    }

    /// Without set-user-id and set-group-id, which a packed program does not need.
    private static int mode(final Path file) throws IOException {
        final Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS);
        int mode = 0;
        for (final PosixFilePermission permission : permissions) {
            // Owner's read is the first and the highest of nine bits.
            mode |= 1 << 8 - permission.ordinal();
        }
        return mode;
    }

    private Path at(final String path) {
        return host.resolve(path.substring(1));
    }
}
