package dev.tailrace.runtime.network;

import dev.tailrace.tapio.netns.NewNamespace;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/// A network namespace, and what is to be undone in other places when it is not needed any more.
final class NamespaceEndpoint implements Endpoint {
    private final NewNamespace namespace;
    private final Optional<Address> address;
    private final List<PortBinding> ports;
    private final Runnable detach;
    private final AtomicBoolean isClosed = new AtomicBoolean();

    /// @param namespace taken over
    /// @param detach done once, before the namespace's descriptor is closed
    NamespaceEndpoint(
            final NewNamespace namespace,
            final Optional<Address> address,
            final List<PortBinding> ports,
            final Runnable detach) {
        this.namespace = namespace;
        this.address = address;
        this.ports = ports;
        this.detach = detach;
    }

    @Override
    public int namespaceFd() {
        return namespace.fd();
    }

    @Override
    public Optional<Address> address() {
        return address;
    }

    @Override
    public List<PortBinding> ports() {
        return ports;
    }

    @Override
    public void close() {
        if (isClosed.compareAndSet(false, true)) {
            try {
                detach.run();
            } finally {
                namespace.close();
            }
        }
    }
}
