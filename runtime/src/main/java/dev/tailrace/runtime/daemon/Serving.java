package dev.tailrace.runtime.daemon;

import dev.tailrace.runtime.api.ApiServer;
import dev.tailrace.runtime.api.Transfers;
import dev.tailrace.runtime.container.ControlGroups;
import dev.tailrace.runtime.container.NamespacedRuntime;
import dev.tailrace.runtime.engine.Engine;
import dev.tailrace.runtime.engine.EngineInfo;
import dev.tailrace.runtime.image.ImageStore;
import dev.tailrace.runtime.network.BridgeConfig;
import dev.tailrace.runtime.network.BridgeNetwork;
import dev.tailrace.runtime.network.StackSockets;
import dev.tailrace.runtime.registry.Registries;
import dev.tailrace.runtime.storage.OwnerPolicy;
import dev.tailrace.runtime.storage.Storage;
import dev.tailrace.runtime.storage.tar.ArchiveLimits;
import dev.tailrace.tapio.slirp.Usage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The engine with all its parts, from the disk to the socket. Closing it stops the containers.
final class Serving implements AutoCloseable {
    private final BridgeNetwork network;
    private final Engine engine;
    private final ApiServer server;

    private Serving(final BridgeNetwork network, final Engine engine, final ApiServer server) {
        this.network = network;
        this.engine = engine;
        this.server = server;
    }

    /// Opens the parts in their order; whatever fails, those before it are closed.
    ///
    /// @param data of this daemon alone
    /// @param settings the user's, where nothing need be
    /// @param socket where nothing is
    static Serving start(
            final DaemonOptions options,
            final IdRange ids,
            final Path data,
            final Path settings,
            final Path socket,
            final DaemonLog log)
            throws IOException {
        final Storage storage = Storage.open(
                data,
                options.storageDriver().map(Serving::choice).orElse(Storage.Choice.AUTO),
                ids.isSingle() ? OwnerPolicy.IGNORE_UNMAPPED : OwnerPolicy.KEEP,
                ArchiveLimits.DEFAULT);
        log.info(storage.description());
        final BridgeNetwork network = BridgeNetwork.open(
                BridgeConfig.ofDocker().withMtu(options.mtu()).withHostLoopback(options.hasHostLoopback()),
                new StackSockets(Optional.of(Places.network(socket)), id -> Optional.of(Places.network(socket, id))),
                options.keepsLoopback());
        boolean isStarted = false;
        try {
            log.info("network " + network.subnet() + ", MTU " + options.mtu());
            final Path state = Files.createDirectories(data.resolve("engine"));
            final ImageStore images = ImageStore.open(storage, ArchiveLimits.DEFAULT, Clock.systemUTC());
            final ControlGroups.Found groups =
                    ControlGroups.take(Path.of("/sys/fs/cgroup"), Files.readString(Path.of("/proc/self/cgroup")));
            final Engine engine = new Engine(
                    images,
                    storage.roots(),
                    new NamespacedRuntime(groups),
                    network,
                    state,
                    info(ids, storage, network, groups),
                    Clock.systemUTC());
            try {
                engine.restore();
                final Serving serving = new Serving(
                        network,
                        engine,
                        new ApiServer(
                                engine,
                                Optional.of(new Transfers(images, new Registries(images, images, settings))),
                                socket));
                isStarted = true;
                engine.resume();
                SpareHeap.watch();
                return serving;
            } finally {
                if (!isStarted) {
                    engine.close();
                }
            }
        } finally {
            if (!isStarted) {
                network.close();
            }
        }
    }

    /// First nobody asks any more, then the containers stop, and then their network goes.
    @Override
    public void close() {
        try (network;
                engine) {
            server.close();
        }
    }

    private static Storage.Choice choice(final String driver) {
        return driver.equals("vfs") ? Storage.Choice.VFS : Storage.Choice.OVERLAY;
    }

    private static EngineInfo info(
            final IdRange ids, final Storage storage, final BridgeNetwork network, final ControlGroups.Found groups) {
        final String version = Usage.productVersion();
        final List<EngineInfo.Component> components = new ArrayList<>();
        components.add(new EngineInfo.Component(
                "netstack", version, Map.of("Network", network.subnet(), "NameServer", network.nameServer())));
        components.add(new EngineInfo.Component("runtime", version, Map.of("Storage", storage.description())));
        components.add(new EngineInfo.Component("init", version, Map.of()));
        final List<String> warnings = new ArrayList<>();
        if (groups.groups().isEmpty()) {
            warnings.add("WARNING: No limits on memory, CPU and processes: " + groups.obstacle());
        } else if (!groups.obstacle().isEmpty()) {
            warnings.add("WARNING: Some limits are ignored: " + groups.obstacle());
        }
        if (storage.driver().equals("vfs")) {
            warnings.add("WARNING: Each container is a copy of its image (" + storage.description() + ")");
        }
        if (ids.isSingle()) {
            warnings.add("WARNING: Containers have one user and group, root: see tailrace check");
        }
        final BuildRecord build = BuildRecord.current();
        return new EngineInfo(
                version,
                build.commit(),
                build.time(),
                components,
                List.of("name=seccomp,profile=builtin", "name=rootless"),
                warnings);
    }
}
