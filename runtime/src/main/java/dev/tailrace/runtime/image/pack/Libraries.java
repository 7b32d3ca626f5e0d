package dev.tailrace.runtime.image.pack;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Finds libraries as the loader does (ld.so(8)): in the directories that a program names, in those of
/// /etc/ld.so.conf, and in the standard ones. The cache is made of the second and third, and is not read.
final class Libraries {
    private static final List<String> STANDARD = List.of("/lib64", "/usr/lib64", "/lib", "/usr/lib");
    private static final List<String> MULTIARCH = List.of("x86_64-linux-gnu", "aarch64-linux-gnu");
    private static final int MOST_INCLUDES = 20;

    private final Path host;
    private final List<String> directories = new ArrayList<>();

    /// @param host the machine's root
    Libraries(final Path host) throws IOException {
        this.host = host;
        configured("/etc/ld.so.conf", 0);
        for (final String standard : STANDARD) {
            MULTIARCH.forEach(arch -> directories.add(standard + "/" + arch));
            directories.add(standard);
        }
    }

    /// All that `program` needs to be started, itself left out: its loader, its libraries and theirs.
    ///
    /// @return absolute paths, as they are found
    Set<String> of(final String program) throws IOException {
        final Set<String> found = new LinkedHashSet<>();
        collect(program, found);
        return found;
    }

    private void collect(final String path, final Set<String> found) throws IOException {
        final Optional<ElfFile> elf = ElfFile.read(at(path));
        if (elf.isEmpty()) {
            return;
        }
        elf.get().interpreter().ifPresent(found::add);
        for (final String name : elf.get().needed()) {
            final String library = find(name, path, elf.get());
            if (found.add(library)) {
                collect(library, found);
            }
        }
    }

    private String find(final String name, final String user, final ElfFile elf) throws IOException {
        if (name.indexOf('/') >= 0) {
            return name;
        }
        final Path real = at(user).toRealPath();
        final String origin = "/" + host.toRealPath().relativize(real).getParent();
        final List<String> places = new ArrayList<>();
        elf.runPaths()
                .forEach(place -> places.add(place.replace("$ORIGIN", origin).replace("${ORIGIN}", origin)));
        places.addAll(directories);
        for (final String place : places) {
            final Path candidate = at(place).resolve(name);
            if (place.startsWith("/") && Files.isRegularFile(candidate)) {
                final Optional<ElfFile> library = ElfFile.read(candidate);
                if (library.isPresent() && library.get().machine() == elf.machine()) {
                    return Path.of(place).resolve(name).normalize().toString();
                }
            }
        }
        throw new PackException(user + " needs the library " + name + ", which is in none of " + places);
    }

    private void configured(final String file, final int depth) throws IOException {
        final Path path = at(file);
        if (depth > MOST_INCLUDES || !Files.isReadable(path)) {
            return;
        }
        for (final String line : Files.readAllLines(path)) {
            final String text = line.replaceFirst("#.*", "").strip();
            if (text.startsWith("include ")) {
                include(text.substring("include ".length()).strip(), depth);
            } else if (text.startsWith("/")) {
                directories.add(text);
            }
        }
    }

    private void include(final String pattern, final int depth) throws IOException {
        final String whole = pattern.startsWith("/") ? pattern : "/etc/" + pattern;
        final int slash = whole.lastIndexOf('/');
        final Path directory = at(whole.substring(0, slash));
        if (!Files.isDirectory(directory)) {
            return;
        }
        final Set<String> files = new TreeSet<>();
        try (DirectoryStream<Path> matches = Files.newDirectoryStream(directory, whole.substring(slash + 1))) {
            matches.forEach(match -> files.add(whole.substring(0, slash + 1) + match.getFileName()));
        }
        for (final String file : files) {
            configured(file, depth + 1);
        }
    }

    private Path at(final String path) {
        return host.resolve(path.substring(1));
    }
}
