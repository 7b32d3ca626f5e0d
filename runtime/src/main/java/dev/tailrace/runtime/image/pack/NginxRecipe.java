package dev.tailrace.runtime.image.pack;

import dev.tailrace.runtime.image.ImageConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// nginx as its official image runs it: in the foreground, with its logs on the standard output and error.
final class NginxRecipe implements Recipe {
    private static final String CONFIGURATION = "/etc/nginx";
    private static final List<String> MODULES = List.of("/usr/lib/nginx/modules", "/usr/lib64/nginx/modules");
    private static final List<String> PAGES = List.of("/usr/share/nginx", "/var/www/html");

    /// Debian's place for request bodies and answers on the way, and that of nginx's own packages.
    private static final List<String> TEMPORARY = List.of("/var/lib/nginx", "/var/cache/nginx");

    private static final Pattern USER = Pattern.compile("(?m)^\\s*user\\s+([\\w-]+)");
    private static final String DEFAULT_USER = "nobody";

    @Override
    public void files(final String program, final RootTree tree, final Libraries libraries, final Users users)
            throws IOException {
        final Path main = tree.onHost(CONFIGURATION + "/nginx.conf");
        if (!Files.isReadable(main)) {
            throw new PackException("nginx: " + CONFIGURATION + "/nginx.conf is not there");
        }
        tree.hostTree(CONFIGURATION);
        for (final String directory : PAGES) {
            if (Files.isDirectory(tree.onHost(directory))) {
                tree.hostTree(directory);
            }
        }
        for (final String directory : MODULES) {
            if (Files.isDirectory(tree.onHost(directory))) {
                modules(directory, tree, libraries);
            }
        }
        final Matcher matcher = USER.matcher(Files.readString(main));
        final String user = matcher.find() ? matcher.group(1) : DEFAULT_USER;
        users.add(user);
        for (final String directory : TEMPORARY) {
            tree.directory(directory, 0x1ed, users.uid(user), users.gid(user));
        }
        tree.directory("/var/log/nginx", 0x1ed, 0, 0);
        tree.link("/var/log/nginx/access.log", "/dev/stdout");
        tree.link("/var/log/nginx/error.log", "/dev/stderr");
    }

    @Override
    public ImageConfig config(final String program) {
        return Recipe.config(
                List.of(), List.of("nginx", "-g", "daemon off;"), List.of("80/tcp"), Optional.of("SIGQUIT"));
    }

    private static void modules(final String directory, final RootTree tree, final Libraries libraries)
            throws IOException {
        tree.hostTree(directory);
        try (Stream<Path> modules = Files.list(tree.onHost(directory))) {
            for (final Path module : modules.toList()) {
                final Set<String> needed = libraries.of(directory + "/" + module.getFileName());
                for (final String library : needed) {
                    tree.host(library);
                }
            }
        }
    }
}
