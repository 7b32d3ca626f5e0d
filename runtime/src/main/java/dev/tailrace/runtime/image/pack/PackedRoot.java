package dev.tailrace.runtime.image.pack;

import dev.tailrace.runtime.image.ImageConfig;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/// The files of an image of programs of this machine, and its configuration: that of the first program.
public final class PackedRoot {
    private static final List<String> PLACES =
            List.of("/usr/local/sbin/", "/usr/local/bin/", "/usr/sbin/", "/usr/bin/", "/sbin/", "/bin/");

    /// What glibc loads by name when it looks up users and hosts; in glibc itself since 2.34.
    private static final List<String> NAME_SERVICES = List.of("libnss_files.so.2", "libnss_dns.so.2", "libresolv.so.2");

    /// Where the loader has libraries in places of /etc/ld.so.conf; what is not in the image does no harm in it.
    private static final String CACHE = "/etc/ld.so.cache";

    private final RootTree tree;
    private final ImageConfig config;

    private PackedRoot(final RootTree tree, final ImageConfig config) {
        this.tree = tree;
        this.config = config;
    }

    /// @param host the machine's root
    /// @param programs names, looked for where programs are, or absolute paths
    /// @param notes is told what was left out
    public static PackedRoot of(final Path host, final List<String> programs, final Consumer<String> notes)
            throws IOException {
        final RootTree tree = new RootTree(host, notes);
        final Libraries libraries = new Libraries(host);
        final Users users = new Users(host);
        base(tree);
        if (Files.isReadable(tree.onHost(CACHE))) {
            tree.host(CACHE);
        }
        ImageConfig config = null;
        for (final String name : programs) {
            final String program = find(host, name);
            tree.host(program);
            for (final String library : libraries.of(program)) {
                tree.host(library);
                nameServices(library, tree);
            }
            final Recipe recipe = Recipe.of(program);
            recipe.files(program, tree, libraries, users);
            config = config == null ? recipe.config(program) : config;
        }
        if (config == null) {
            throw new PackException("no program to be packed");
        }
        tree.text("/etc/passwd", users.passwd());
        tree.text("/etc/group", users.groups());
        return new PackedRoot(tree, config);
    }

    public ImageConfig config() {
        return config;
    }

    /// Writes the files as tar.
    public void write(final OutputStream out) throws IOException {
        tree.write(out);
    }

    private static String find(final Path host, final String name) {
        if (name.startsWith("/")) {
            if (!Files.isExecutable(host.resolve(name.substring(1)))) {
                throw new PackException("there is no program " + name);
            }
            return name;
        }
        for (final String place : PLACES) {
            final Path candidate = host.resolve((place + name).substring(1));
            if (name.indexOf('/') < 0 && Files.isRegularFile(candidate) && Files.isExecutable(candidate)) {
                return place + name;
            }
        }
        throw new PackException("there is no program " + name + " on this machine: install it first");
    }

    /// Places that every program may expect.
    private static void base(final RootTree tree) {
        for (final String directory : List.of("/dev", "/etc", "/proc", "/run", "/sys", "/usr/bin", "/var")) {
            tree.directory(directory, 0x1ed, 0, 0);
        }
        tree.directory("/root", 0x1c0, 0, 0);
        tree.directory("/tmp", 0x3ff, 0, 0);
        tree.directory("/var/tmp", 0x3ff, 0, 0);
        tree.link("/var/run", "/run");
        tree.text("/etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n");
        // The runtime mounts its own over them.
        tree.text("/etc/hosts", "");
        tree.text("/etc/hostname", "");
        tree.text("/etc/resolv.conf", "");
    }

    private static void nameServices(final String library, final RootTree tree) throws IOException {
        if (!library.endsWith("/libc.so.6")) {
            return;
        }
        final String directory = library.substring(0, library.lastIndexOf('/') + 1);
        for (final String name : NAME_SERVICES) {
            if (Files.isRegularFile(tree.onHost(directory + name))) {
                tree.host(directory + name);
            }
        }
    }
}
