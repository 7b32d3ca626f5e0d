package dev.tailrace.runtime.engine;

import dev.tailrace.runtime.engine.Container.BoundMount;
import dev.tailrace.runtime.engine.EngineException.Kind;
import dev.tailrace.runtime.image.Image;
import dev.tailrace.runtime.image.Images;
import dev.tailrace.runtime.network.Membership;
import dev.tailrace.runtime.storage.ContainerRoot;
import dev.tailrace.runtime.storage.ContainerRoots;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

/// Makes containers: all of one, or nothing.
final class ContainerFactory {
    private static final Path HOSTNAME = Path.of("/proc/sys/kernel/hostname");

    private final Images images;
    private final ContainerRoots roots;
    private final ContainerTable table;
    private final Volumes volumes;
    private final Networks networks;
    private final MountResolver mountResolver;
    private final NameGenerator names;
    private final Ids ids;
    private final ContainerStore store;
    private final Clock clock;
    private final Executor executor;

    ContainerFactory(
            final Images images,
            final ContainerRoots roots,
            final ContainerTable table,
            final Volumes volumes,
            final Networks networks,
            final NameGenerator names,
            final Ids ids,
            final ContainerStore store,
            final Clock clock,
            final Executor executor) {
        this.images = images;
        this.roots = roots;
        this.table = table;
        this.volumes = volumes;
        this.networks = networks;
        this.mountResolver = new MountResolver(table);
        this.names = names;
        this.ids = ids;
        this.store = store;
        this.clock = clock;
        this.executor = executor;
    }

    Container create(final CreateRequest request) {
        try {
            return createOf(request);
        } catch (final EngineException e) {
            // Clients pull the image if anything is not found: so nothing is but that.
            if (e.kind() == Kind.NOT_FOUND) {
                throw new EngineException(Kind.INVALID, String.valueOf(e.getMessage()), e);
            }
            throw e;
        }
    }

    private Container createOf(final CreateRequest request) {
        Validation.request(request);
        final String given = request.name().startsWith("/") ? request.name().substring(1) : request.name();
        if (!given.isEmpty()) {
            Validation.name(given);
        }
        final String wanted = request.config().image();
        if (wanted.isEmpty()) {
            throw EngineException.invalid("no image specified");
        }
        final Image image = images.find(wanted)
                .orElseThrow(() -> new EngineException(Kind.NO_IMAGE, "No such image: " + withTag(wanted)));
        checkSharedNetwork(request.host());
        final String id = ids.next();
        final ContainerConfig config =
                RequestMerge.merge(request.config(), image.config(), request.host(), hostname(request.host(), id));
        PortPlan.bindings(request.host(), config.exposedPorts());
        final Map<String, Membership> memberships = memberships(request);
        final String name = reserve(given, id);
        boolean isMade = false;
        try (Volumes.Claim claim = volumes.claim(id)) {
            final List<BoundMount> mounts = mountResolver.resolve(request.host(), config.volumes(), claim);
            final Container container = make(id, name, config, request.host(), image, mounts, memberships, claim);
            table.add(container);
            claim.keep();
            isMade = true;
            return container;
        } catch (final IOException e) {
            throw new EngineException(Kind.FAILED, "cannot keep the container: " + e.getMessage(), e);
        } finally {
            if (!isMade) {
                table.release(name, id);
            }
        }
    }

    private Container make(
            final String id,
            final String name,
            final ContainerConfig config,
            final HostConfig host,
            final Image image,
            final List<BoundMount> mounts,
            final Map<String, Membership> memberships,
            final Volumes.Claim claim)
            throws IOException {
        final Path own = Files.createDirectories(store.place(id));
        boolean isMade = false;
        try {
            final ContainerRoot root =
                    host.isRemovedAtExit() ? roots.createPassing(id, image.layers()) : roots.create(id, image.layers());
            claim.fill(mounts, root);
            final Container container = new Container(
                    id, name, clock.instant(), config, host, image, own, root, mounts, new ProcessInput(executor));
            container.memberships().replace(memberships);
            store.save(container);
            isMade = true;
            return container;
        } finally {
            if (!isMade) {
                roots.find(id).ifPresent(ContainerRoot::remove);
                store.forget(own);
            }
        }
    }

    /// By the networks' ids; the one that the host configuration names comes first.
    private Map<String, Membership> memberships(final CreateRequest request) {
        final String mode = request.host().networkMode();
        final NetworkMode kind = NetworkMode.of(mode);
        final Map<String, Membership> memberships = new LinkedHashMap<>();
        if (kind != NetworkMode.BRIDGE && kind != NetworkMode.USER) {
            return memberships;
        }
        final String first = kind == NetworkMode.BRIDGE ? DefaultNetwork.BRIDGE.id() : networks.idOf(mode);
        memberships.put(first, Membership.PLAIN);
        request.networks().forEach((reference, membership) -> {
            final String id = reference.equals("default") ? first : networks.idOf(reference);
            Connector.check(id, membership);
            memberships.put(id, membership);
        });
        return memberships;
    }

    private String reserve(final String given, final String id) {
        if (!given.isEmpty()) {
            table.reserve(given, id);
            return given;
        }
        while (true) {
            final String name = names.next(table::isTaken);
            if (table.tryReserve(name, id)) {
                return name;
            }
        }
    }

    private void checkSharedNetwork(final HostConfig host) {
        if (NetworkMode.of(host.networkMode()) == NetworkMode.CONTAINER) {
            table.get(host.networkMode().substring(NetworkMode.CONTAINER_PREFIX.length()));
            if (!host.ports().isEmpty() || host.publishesAll()) {
                throw EngineException.invalid(
                        "conflicting options: port publishing and the container type network mode");
            }
        }
    }

    private String hostname(final HostConfig host, final String id) {
        final NetworkMode mode = NetworkMode.of(host.networkMode());
        if (mode == NetworkMode.CONTAINER) {
            return table.get(host.networkMode().substring(NetworkMode.CONTAINER_PREFIX.length()))
                    .config()
                    .hostname();
        }
        if (mode == NetworkMode.HOST) {
            try {
                return Files.readString(HOSTNAME).strip();
            } catch (final IOException e) {
                return Ids.shorten(id);
            }
        }
        return Ids.shorten(id);
    }

    /// As Docker says it.
    private static String withTag(final String reference) {
        final int slash = reference.lastIndexOf('/');
        return reference.indexOf(':', slash + 1) >= 0 || reference.contains("@") ? reference : reference + ":latest";
    }

    /// What a request has that we cannot do, a line each.
    static List<String> warnings(final CreateRequest request) {
        return request.host().unavailable();
    }
}
