package dev.tailrace.perf.backend;

import dev.tailrace.perf.lab.Lab;
import dev.tailrace.perf.lab.LabException;
import dev.tailrace.perf.lab.Namespace;
import dev.tailrace.perf.lab.PortPlan;
import dev.tailrace.perf.lab.Route;
import java.util.ArrayList;
import java.util.List;

/// Two namespaces on a bridge of the kernel in a third, each by a pair of virtual interfaces, as containers of one
/// network are.
final class HandMadeBridge implements AutoCloseable {
    static final String NAME = "br0";

    private final Namespace middle;
    private final List<Namespace> guests;
    private final List<String> addresses;

    private HandMadeBridge(final Namespace middle, final List<Namespace> guests, final List<String> addresses) {
        this.middle = middle;
        this.guests = List.copyOf(guests);
        this.addresses = addresses;
    }

    /// @param addresses of the server and the client, in one network of 16 bits
    static HandMadeBridge make(final Lab lab, final int mtu, final List<String> addresses) {
        final List<Namespace> namespaces = new ArrayList<>();
        try {
            final Namespace middle = lab.newNetwork();
            namespaces.add(middle);
            middle.run("ip", "link", "add", NAME, "mtu", "" + mtu, "type", "bridge");
            middle.run("ip", "link", "set", NAME, "up");
            for (int i = 0; i < addresses.size(); i++) {
                final Namespace guest = lab.newNetwork();
                namespaces.add(guest);
                connect(middle, guest, "port" + i, addresses.get(i), mtu);
            }
            return new HandMadeBridge(middle, namespaces.subList(1, namespaces.size()), addresses);
        } catch (RuntimeException failure) {
            namespaces.forEach(Namespace::close);
            throw failure;
        }
    }

    private static void connect(
            final Namespace middle, final Namespace guest, final String port, final String address, final int mtu) {
        middle.run(
                "ip",
                "link",
                "add",
                port,
                "mtu",
                "" + mtu,
                "type",
                "veth",
                "peer",
                "name",
                "eth0",
                "mtu",
                "" + mtu,
                "netns",
                "" + guest.pid());
        middle.run("ip", "link", "set", port, "master", NAME, "up");
        guest.run("ip", "address", "add", address + "/16", "dev", "eth0");
        guest.run("ip", "link", "set", "lo", "up");
        guest.run("ip", "link", "set", "eth0", "up");
    }

    /// That of the bridge.
    Namespace middle() {
        return middle;
    }

    Namespace server() {
        return guests.getFirst();
    }

    Namespace client() {
        return guests.getLast();
    }

    String serverAddress() {
        return addresses.getFirst();
    }

    /// From one guest to the other.
    Route between() {
        return new Route(
                server()::command,
                serverAddress(),
                PortPlan.SERVER,
                client()::command,
                serverAddress(),
                PortPlan.SERVER);
    }

    /// Gives both a way out.
    void routeBy(final String gateway) {
        guests.forEach(guest -> guest.run("ip", "route", "add", "default", "via", gateway));
    }

    /// What both really have.
    ///
    /// @throws LabException if they differ
    String congestionControl() {
        final List<String> found = guests.stream()
                .map(guest -> guest.run("cat", "/proc/sys/net/ipv4/tcp_congestion_control"))
                .distinct()
                .toList();
        if (found.size() > 1) {
            throw new LabException("two guests have different congestion controls: " + found);
        }
        return found.getFirst();
    }

    @Override
    public void close() {
        guests.forEach(Namespace::close);
        middle.close();
    }
}
