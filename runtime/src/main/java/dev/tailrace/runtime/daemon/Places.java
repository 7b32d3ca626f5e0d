package dev.tailrace.runtime.daemon;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;

/// Where the engine of a user has its socket and its data, by the XDG Base Directory Specification.
public final class Places {
    private static final String SOCKET = "tailrace.sock";
    private static final String UNIX = "unix://";
    private static final String SUFFIX = ".sock";

    /// As many digits of a network's id as clients show.
    private static final int ID_LENGTH = 12;

    private Places() {}

    /// The socket that the user has not named otherwise.
    ///
    /// @param environment of the process
    /// @param root `/`, or a directory that stands for it
    /// @param uid who runs this, outside of any user namespace of ours
    /// @throws DaemonException where there is no directory for it
    public static Path socket(final Map<String, String> environment, final Path root, final long uid) {
        final String directory = environment.getOrDefault("XDG_RUNTIME_DIR", "");
        if (directory.isEmpty()) {
            throw new DaemonException(DaemonException.LACKING, "XDG_RUNTIME_DIR is not set: " + advice(root, uid));
        }
        final Path path = Path.of(directory);
        if (!path.isAbsolute()) {
            throw new DaemonException(
                    DaemonException.LACKING, "XDG_RUNTIME_DIR is no absolute path (" + directory + "): set it to one");
        }
        if (!Files.isDirectory(path) || !Files.isWritable(path)) {
            throw new DaemonException(
                    DaemonException.LACKING,
                    "XDG_RUNTIME_DIR (" + directory + ") is no directory that can be written: " + advice(root, uid));
        }
        return path.resolve(SOCKET);
    }

    /// The socket by which the stack of the default network is looked into, beside the engine's own.
    public static Path network(final Path socket) {
        return socket.resolveSibling(networks(socket) + SUFFIX);
    }

    /// The same of a network of the user's own.
    ///
    /// @param id 64 hexadecimal digits
    public static Path network(final Path socket, final String id) {
        return socket.resolveSibling(networks(socket) + "-" + id.substring(0, ID_LENGTH) + SUFFIX);
    }

    /// Whether it is what [#network] answers for some network.
    static boolean isNetwork(final Path socket, final Path path) {
        final String id = "-[0-9a-f]{" + ID_LENGTH + "}";
        return String.valueOf(path.getFileName()).matches(Pattern.quote(networks(socket)) + id + Pattern.quote(SUFFIX));
    }

    private static String networks(final Path socket) {
        final String name = String.valueOf(socket.getFileName());
        return (name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name) + "-net";
    }

    /// A command that gives a shell such a directory.
    ///
    /// @param root `/`, or a directory that stands for it
    public static String advice(final Path root, final long uid) {
        final String usual = "run/user/" + uid;
        if (Files.isDirectory(root.resolve(usual))) {
            return "export XDG_RUNTIME_DIR=/" + usual;
        }
        final String export = "export XDG_RUNTIME_DIR=";
        return Files.isDirectory(root.resolve("run/systemd/system"))
                ? "sudo loginctl enable-linger " + uid + " && " + export + "/" + usual
                : export + "$(mktemp -d)";
    }

    /// The path in what docker calls a host.
    ///
    /// @param host `unix:///run/user/1000/tailrace.sock`, or just the path
    /// @throws DaemonException if it is another kind of address
    public static Path socket(final String host) {
        final String path = host.startsWith(UNIX) ? host.substring(UNIX.length()) : host;
        if (!path.startsWith("/")) {
            throw new DaemonException(
                    DaemonException.USAGE,
                    "the socket \"" + host + "\" is no absolute path: give unix:///PATH, which is all there is so far");
        }
        return Path.of(path);
    }

    /// The data root that the user has not named otherwise.
    ///
    /// @throws DaemonException where there is no home directory
    public static Path dataRoot(final Map<String, String> environment) {
        final String data = environment.getOrDefault("XDG_DATA_HOME", "");
        final String home = environment.getOrDefault("HOME", "");
        if (data.startsWith("/")) {
            return Path.of(data, "tailrace");
        }
        if (!home.startsWith("/")) {
            throw new DaemonException(
                    DaemonException.LACKING,
                    "neither HOME nor XDG_DATA_HOME is an absolute path: export HOME, or give --data-root DIRECTORY");
        }
        return Path.of(home, ".local/share/tailrace");
    }

    /// Where the user's settings are, such as those of registries.
    ///
    /// @param dataRoot beneath which they are looked for where there is no home directory
    public static Path settings(final Map<String, String> environment, final Path dataRoot) {
        final String config = environment.getOrDefault("XDG_CONFIG_HOME", "");
        final String home = environment.getOrDefault("HOME", "");
        if (config.startsWith("/")) {
            return Path.of(config, "tailrace");
        }
        return home.startsWith("/") ? Path.of(home, ".config/tailrace") : dataRoot.resolve("config");
    }
}
