package dev.tailrace.runtime.daemon;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// The command line of the daemon; names as dockerd has them where it has them.
@Command(
        name = "tailrace daemon",
        description = "Runs containers for the user who starts it, and serves the API of Docker's engine.",
        footer = {
            "",
            "The stock client: export DOCKER_HOST=unix://$XDG_RUNTIME_DIR/tailrace.sock",
            "SIGTERM and SIGINT stop all containers and end it.",
            "Exit status: 0 after a signal, 1 something failed, 2 wrong use,",
            "3 running already, 4 the machine or the account lacks something",
            "(tailrace check)."
        })
final class DaemonOptions {
    /// What a frame of Ethernet carries.
    private static final int LEAST_MTU = 1280;

    private static final int MOST_MTU = 65_520;

    @Option(
            names = {"-H", "--host"},
            paramLabel = "SOCKET",
            description = "Serve the API here instead of $XDG_RUNTIME_DIR/tailrace.sock.")
    private @Nullable String host;

    @Option(
            names = "--data-root",
            paramLabel = "DIRECTORY",
            description = "Keep images and containers here instead of $XDG_DATA_HOME/tailrace.")
    private @Nullable String dataRoot;

    @Option(
            names = {"-s", "--storage-driver"},
            paramLabel = "DRIVER",
            description = "overlay or vfs; without this a probe chooses.")
    private @Nullable String storageDriver;

    @Option(names = "--mtu", paramLabel = "BYTES", description = "Of the containers' network (${DEFAULT-VALUE}).")
    private int mtu = 1500;

    @Option(
            names = "--disable-host-loopback",
            description = "Keep containers from what listens on the host's 127.0.0.1 (host.docker.internal).")
    private boolean isHostLoopbackDisabled;

    @Option(
            names = "--keep-loopback",
            description = {
                "Let clients at the host's 127.0.0.1 and ::1 have these",
                "addresses at published TCP ports, too, instead of the",
                "gateway's: servers that trust them trust all users here."
            })
    private boolean isLoopbackKept;

    @Option(names = "--single-id", description = "Do without subordinate ids: containers have root only.")
    private boolean isSingleId;

    @Option(
            names = {"-l", "--log-level"},
            paramLabel = "LEVEL",
            description = "debug, info, warn or error (${DEFAULT-VALUE}).")
    private LogLevel logLevel = LogLevel.INFO;

    @Option(
            names = {"-D", "--debug"},
            description = "The same as --log-level debug.")
    private boolean isDebug;

    /// How much is said on the standard error.
    enum LogLevel {
        DEBUG,
        INFO,
        WARN,
        ERROR
    }

    /// @throws DaemonException if values do not fit
    void check() {
        if (mtu < LEAST_MTU || mtu > MOST_MTU) {
            throw new DaemonException(
                    DaemonException.USAGE, "--mtu is " + LEAST_MTU + " to " + MOST_MTU + ", and not " + mtu);
        }
        if (storageDriver != null && !storageDriver.matches("overlay|overlay2|vfs")) {
            throw new DaemonException(
                    DaemonException.USAGE, "--storage-driver is overlay or vfs, and not \"" + storageDriver + "\"");
        }
    }

    Optional<String> host() {
        return Optional.ofNullable(host);
    }

    Optional<String> dataRoot() {
        return Optional.ofNullable(dataRoot);
    }

    /// `overlay` or `vfs`.
    Optional<String> storageDriver() {
        return Optional.ofNullable(storageDriver).map(name -> name.equals("overlay2") ? "overlay" : name);
    }

    /// Whether the launcher was asked to map one id.
    boolean isSingleId() {
        return isSingleId;
    }

    /// Whether containers reach what listens on the host's loopback.
    boolean hasHostLoopback() {
        return !isHostLoopbackDisabled;
    }

    /// Whether clients on the host's loopback have their address at published ports.
    boolean keepsLoopback() {
        return isLoopbackKept;
    }

    int mtu() {
        return mtu;
    }

    LogLevel logLevel() {
        return isDebug ? LogLevel.DEBUG : logLevel;
    }
}
