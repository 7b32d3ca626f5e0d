package dev.tailrace.runtime.fake;

import dev.tailrace.runtime.network.ContainerNetwork;
import dev.tailrace.runtime.network.Endpoint;
import dev.tailrace.runtime.network.Membership;
import dev.tailrace.runtime.network.NetworkException;
import dev.tailrace.runtime.network.NetworkSpec;
import dev.tailrace.runtime.network.PortBinding;
import dev.tailrace.runtime.network.Sandbox;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// Addresses and ports that lead nowhere.
public final class FakeNetwork implements ContainerNetwork {
    private final AtomicInteger nextHost = new AtomicInteger(2);
    private final AtomicInteger nextPort = new AtomicInteger(32_768);
    private final Set<Integer> taken = new HashSet<>();
    private final AtomicInteger open = new AtomicInteger();
    private final Map<String, Map<String, List<String>>> names = new ConcurrentHashMap<>();
    private final List<String> removed = new ArrayList<>();
    private volatile boolean isBroken;

    /// Endpoints that nobody has closed.
    public int open() {
        return open.get();
    }

    /// From now on a sandbox that is closed says that it could not be.
    public void breakClosing() {
        isBroken = true;
    }

    @Override
    public synchronized Endpoint attach(final String containerId, final List<PortBinding> ports) {
        return new FakeEndpoint(Optional.of(address("172.17.0.", 16, gateway())), bind(ports));
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

    /// What containers are called: by their ids, and by those of the networks.
    public Map<String, Map<String, List<String>>> names() {
        return names;
    }

    @Override
    public Sandbox open(final String containerId, final String name) {
        return new FakeSandbox(containerId);
    }

    @Override
    public void remove(final String networkId) {
        removed.add(networkId);
    }

    /// Ids of networks that are gone.
    public List<String> removed() {
        return removed;
    }

    private void countClosed() {
        open.decrementAndGet();
        if (isBroken) {
            throw new NetworkException("the network is down");
        }
    }

    private synchronized List<PortBinding> bind(final List<PortBinding> ports) {
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
        return bound;
    }

    private Endpoint.Address address(final String prefix, final int prefixLength, final String gateway) {
        final int host = nextHost.getAndIncrement();
        return new Endpoint.Address(
                prefix + host, prefixLength, gateway, String.format("02:42:ac:11:00:%02x", host), Optional.empty(), 0);
    }

    private final class FakeSandbox implements Sandbox {
        private final String containerId;
        private final Map<String, Address> addresses = new LinkedHashMap<>();
        private List<PortBinding> bound = List.of();

        FakeSandbox(final String containerId) {
            this.containerId = containerId;
            open.incrementAndGet();
            names.put(containerId, new LinkedHashMap<>());
        }

        @Override
        public synchronized void connectDefault(final String id, final Membership membership) {
            addresses.put(id, FakeNetwork.this.address("172.17.0.", 16, gateway()));
        }

        @Override
        public synchronized void connect(
                final NetworkSpec network, final Membership membership, final List<String> aliases) {
            final String subnet = network.addresses().subnet().toString();
            final String prefix = subnet.substring(0, subnet.lastIndexOf('.') + 1);
            final Address chosen = FakeNetwork.this.address(
                    prefix,
                    network.addresses().subnet().prefixLength(),
                    network.addresses().gatewayText());
            addresses.put(
                    network.id(),
                    membership
                            .ipv4()
                            .map(wish -> new Address(
                                    wish, chosen.prefixLength(), chosen.gateway(), chosen.mac(), Optional.empty(), 0))
                            .orElse(chosen));
            names.get(containerId).put(network.id(), aliases);
        }

        @Override
        public synchronized void disconnect(final String networkId) {
            addresses.remove(networkId);
            names.get(containerId).remove(networkId);
        }

        @Override
        public synchronized void publish(final List<PortBinding> ports) {
            bound = bind(ports);
        }

        @Override
        public void resolveBy(final String nameServer) {
            // Nobody asks.
        }

        @Override
        public void rename(final String networkId, final List<String> aliases) {
            names.get(containerId).put(networkId, aliases);
        }

        @Override
        public synchronized Map<String, Address> addresses() {
            return new LinkedHashMap<>(addresses);
        }

        @Override
        public synchronized Optional<String> hostAddress() {
            return Optional.of(FakeNetwork.this.hostAddress());
        }

        @Override
        public synchronized String nameServer() {
            return names.get(containerId).isEmpty() ? FakeNetwork.this.nameServer() : "172.18.255.254";
        }

        @Override
        public int namespaceFd() {
            return 1_000_000;
        }

        @Override
        public synchronized Optional<Address> address() {
            return addresses.values().stream().findFirst();
        }

        @Override
        public synchronized List<PortBinding> ports() {
            return bound;
        }

        @Override
        public void close() {
            synchronized (FakeNetwork.this) {
                bound.forEach(port -> taken.remove(port.hostPort()));
            }
            names.remove(containerId);
            countClosed();
        }
    }

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
            countClosed();
        }
    }
}
