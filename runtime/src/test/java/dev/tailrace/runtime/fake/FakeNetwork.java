package dev.tailrace.runtime.fake;

import dev.tailrace.runtime.network.ContainerNetwork;
import dev.tailrace.runtime.network.Endpoint;
import dev.tailrace.runtime.network.NetworkException;
import dev.tailrace.runtime.network.PortBinding;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/// Addresses and ports that lead nowhere.
public final class FakeNetwork implements ContainerNetwork {
    private final AtomicInteger nextHost = new AtomicInteger(2);
    private final AtomicInteger nextPort = new AtomicInteger(32_768);
    private final Set<Integer> taken = new HashSet<>();
    private final AtomicInteger open = new AtomicInteger();

    /// Endpoints that nobody has closed.
    public int open() {
        return open.get();
    }

    @Override
    public synchronized Endpoint attach(final String containerId, final List<PortBinding> ports) {
        final List<PortBinding> bound = new ArrayList<>();
        for (final PortBinding port : ports) {
            final int hostPort = port.hostPort() == 0 ? nextPort.getAndIncrement() : port.hostPort();
            if (!taken.add(hostPort)) {
                bound.forEach(binding -> taken.remove(binding.hostPort()));
                throw new NetworkException("driver failed programming external connectivity on endpoint: Bind for"
                        + " 0.0.0.0:" + hostPort + " failed: port is already allocated");
            }
            bound.add(new PortBinding(port.protocol(), port.containerPort(), port.hostAddress(), hostPort));
        }
        final int host = nextHost.getAndIncrement();
        return new FakeEndpoint(
                Optional.of(new Endpoint.Address(
                        "172.17.0." + host,
                        16,
                        gateway(),
                        String.format("02:42:ac:11:00:%02x", host),
                        Optional.empty(),
                        0)),
                bound);
    }

    @Override
    public Endpoint isolate(final String containerId) {
        return new FakeEndpoint(Optional.empty(), List.of());
    }

    @Override
    public String subnet() {
        return "172.17.0.0/16";
    }

    @Override
    public String gateway() {
        return "172.17.0.1";
    }

    @Override
    public String hostAddress() {
        return "172.17.255.254";
    }

    @Override
    public String nameServer() {
        return "172.17.255.253";
    }

    @Override
    public void close() {}

    private final class FakeEndpoint implements Endpoint {
        private final Optional<Address> address;
        private final List<PortBinding> ports;

        FakeEndpoint(final Optional<Address> address, final List<PortBinding> ports) {
            this.address = address;
            this.ports = ports;
            open.incrementAndGet();
        }

        @Override
        public int namespaceFd() {
            return 1_000_000;
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
            synchronized (FakeNetwork.this) {
                ports.forEach(port -> taken.remove(port.hostPort()));
            }
            open.decrementAndGet();
        }
    }
}
