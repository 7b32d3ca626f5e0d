package dev.tailrace.perf.backend;

import com.grack.nanojson.JsonObject;
import dev.tailrace.perf.engine.EngineDaemon;
import dev.tailrace.perf.engine.EngineOperations;
import dev.tailrace.perf.lab.Lab;
import dev.tailrace.perf.lab.Programs;
import dev.tailrace.perf.matrix.Cell;
import dev.tailrace.perf.matrix.Protocol;
import dev.tailrace.perf.result.BackendIdentity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// Containers of our engine, on one storage driver: the daemon of an image of the product, with a data root of its own.
public final class EngineBackend implements Backend {
    private static final Duration PACKED_WITHIN = Duration.ofSeconds(60);

    private final String id;
    private final BackendIdentity.Role role;
    private final String driver;
    private final Path image;
    private final Path scratch;

    /// @param driver `overlay` or `vfs`
    /// @param image directory of our product
    /// @param scratch directory of this session, on a disk
    public EngineBackend(
            final String id,
            final BackendIdentity.Role role,
            final String driver,
            final Path image,
            final Path scratch) {
        this.id = id;
        this.role = role;
        this.driver = driver;
        this.image = image;
        this.scratch = scratch;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public BackendIdentity.Role role() {
        return role;
    }

    @Override
    public boolean warmsUp() {
        return true;
    }

    @Override
    public boolean isOurs() {
        return true;
    }

    /// Round trips are asked for by programs of Java, of which there is none in a container.
    @Override
    public boolean carries(final Cell cell) {
        return cell.operation()
                .map(EngineOperations::canDo)
                .orElse(cell.protocol() == Protocol.TCP || cell.protocol() == Protocol.UDP);
    }

    @Override
    public Link start(final Lab lab, final int mtu) {
        final String name = (id + "-" + mtu).replaceAll("[^a-z0-9-]", "_");
        final Path dataRoot = scratch.resolve(name);
        final EngineDaemon daemon = EngineDaemon.start(lab, program(), name, driver, dataRoot, mtu);
        try {
            return new EngineLink(this, lab.congestion(), daemon, PublishedAddress.of(id));
        } catch (RuntimeException failure) {
            daemon.close();
            throw failure;
        }
    }

    Path program() {
        return image.resolve("bin").resolve("tailrace");
    }

    Path scratch() {
        return scratch;
    }

    /// An image with iperf3 and busybox of this machine; made by whoever comes first.
    Path packed() {
        final Path archive = scratch.resolve("iperf3.tar");
        if (!Files.exists(archive)) {
            Programs.run(
                    List.of(
                            program().toString(),
                            "image",
                            "pack",
                            "-o",
                            archive.toString(),
                            EngineGuests.IMAGE,
                            "iperf3",
                            "busybox"),
                    PACKED_WITHIN);
        }
        return archive;
    }

    /// What is known of a daemon that runs.
    ///
    /// @param congestion in its containers; empty if there are none
    BackendIdentity identify(final EngineDaemon daemon, final String congestion) {
        final Path program = Programs.resolve(program());
        final JsonObject version = daemon.api().get("/version").object();
        final JsonObject info = daemon.api().get("/info").object();
        return EngineEvidence.of(this, program, image, daemon.process(), version, info, driver, congestion);
    }
}
