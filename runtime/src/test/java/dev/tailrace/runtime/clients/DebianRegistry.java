package dev.tailrace.runtime.clients;

import dev.tailrace.tapio.lab.Await;
import dev.tailrace.tapio.lab.Place;
import dev.tailrace.tapio.lab.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Debian's docker-registry (distribution 2.8), running somewhere in a lab.
final class DebianRegistry {
    static final String USER = "joe";
    static final String PASSWORD = "secret";

    /// The password by bcrypt (crypt(5)), which is all that this registry takes.
    private static final String ENTRY = USER + ":$2b$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a\n";

    private static final List<Path> PROGRAMS =
            List.of(Path.of("/usr/local/bin/docker-registry"), Path.of("/usr/bin/docker-registry"));

    private DebianRegistry() {}

    /// The program, if it is installed.
    static Optional<Path> program() {
        return PROGRAMS.stream().filter(Files::isExecutable).findFirst();
    }

    /// For everybody, over plain HTTP.
    ///
    /// @param start starts a program where the registry is to be
    /// @param directory for its files
    static void start(final Starter start, final Path directory, final String address) {
        serve(start, directory, address, "");
    }

    /// With the name of the internet's server, a certificate for it, and one user.
    ///
    /// @param directory for its files; `ca.crt` is the authority's certificate
    static void startSafe(final Place place, final Path directory, final String address) {
        final String script = """
                cd "$1"
                openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \\
                    -subj "/CN=authority" -keyout ca.key -out ca.crt
                openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$2" -keyout key -out csr
                printf 'subjectAltName=DNS:%s' "$2" >names
                openssl x509 -req -in csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -extfile names -out crt
                """;
        make(directory);
        place.run("sh", "-euc", script, "sh", directory.toString(), Internet.NAME);
        write(directory.resolve("users"), ENTRY);
        final String more = """
                  tls:
                    certificate: %1$s/crt
                    key: %1$s/key
                auth:
                  htpasswd:
                    realm: registry
                    path: %1$s/users
                """.formatted(directory);
        serve(place::start, directory, address, more);
    }

    /// Starts a program.
    interface Starter {
        Program start(String... command);
    }

    private static void serve(final Starter start, final Path directory, final String address, final String more) {
        final String text = """
                version: 0.1
                log:
                  level: warn
                storage:
                  inmemory: {}
                http:
                  addr: %s
                %s""".formatted(address, more);
        final Path file = directory.resolve("config.yml");
        make(directory);
        write(file, text);
        final Program server = start.start(program().orElseThrow().toString(), "serve", file.toString());
        final int colon = address.lastIndexOf(':');
        Await.until(
                () -> "the registry at " + address + ": " + server,
                () -> start.start("nc.openbsd", "-z", address.substring(0, colon), address.substring(colon + 1))
                                .awaitExit()
                        == 0);
    }

    /// So that it is ours, whoever the registry runs as.
    private static void make(final Path directory) {
        try {
            Files.createDirectories(directory);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(final Path file, final String text) {
        try {
            Files.writeString(file, text);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
