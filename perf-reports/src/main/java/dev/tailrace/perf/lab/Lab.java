package dev.tailrace.perf.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The network around the backends, made in the namespaces that this JVM is in.
public final class Lab implements AutoCloseable {
    /// A server here is on the host itself, but not at a loopback address.
    public static final String HOST_ADDRESS = "203.0.113.1";

    public static final String UPLINK_ADDRESS = "198.51.100.2";
    public static final String WEB_ADDRESS = "198.51.100.1";
    public static final String NAMES_ADDRESS = "198.51.100.53";
    public static final String ROUTER_ADDRESS = "198.51.100.254";

    private static final Path CONGESTION_CONTROL = Path.of("/proc/sys/net/ipv4/tcp_congestion_control");

    private final Path scratch;
    private final Optional<String> congestion;
    private final Namespace internet;

    private Lab(final Path scratch, final Optional<String> congestion, final Namespace internet) {
        this.scratch = scratch;
        this.congestion = congestion;
        this.internet = internet;
    }

    /// Makes the network.
    ///
    /// @param directory an existing directory; files are kept in a memory file system over it, which ends with us
    /// @param congestion the congestion control to set in every namespace, or nothing to keep what is inherited
    public static Lab open(final Path directory, final Optional<String> congestion) {
        requireOwnNamespaces();
        Programs.run("mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", directory.toString());
        Programs.run("ip", "link", "set", "lo", "up");
        Programs.run("ip", "address", "add", HOST_ADDRESS + "/32", "dev", "lo");
        // Group 0 is our own: the backends may then send echo requests.
        write(Path.of("/proc/sys/net/ipv4/ping_group_range"), "0 0");
        congestion.ifPresent(name -> write(CONGESTION_CONTROL, name));
        final Namespace internet = Namespace.network();
        final Lab lab = new Lab(directory, congestion, internet);
        lab.connectInternet();
        lab.useNameServer(Path.of("/etc/resolv.conf"), NAMES_ADDRESS);
        return lab;
    }

    /// A new network namespace has the loopback interface alone.
    private static void requireOwnNamespaces() {
        final long others = read(Path.of("/proc/self/net/dev"))
                .lines()
                .filter(line -> line.contains(":") && !line.strip().startsWith("lo:"))
                .count();
        if (others > 0) {
            throw new LabException("this must run in a new network namespace: start it with ./tailrace demo");
        }
    }

    private void connectInternet() {
        Programs.run(
                "ip", "link", "add", "uplink", "type", "veth", "peer", "name", "eth0", "netns", "" + internet.pid());
        Programs.run("ip", "address", "add", UPLINK_ADDRESS + "/24", "dev", "uplink");
        Programs.run("ip", "link", "set", "uplink", "up");
        for (final String address : List.of(ROUTER_ADDRESS, WEB_ADDRESS, NAMES_ADDRESS)) {
            internet.run("ip", "address", "add", address + "/24", "dev", "eth0");
        }
        internet.run("ip", "link", "set", "lo", "up");
        internet.run("ip", "link", "set", "eth0", "up");
        Programs.run("ip", "route", "add", "default", "via", ROUTER_ADDRESS);
    }

    private void useNameServer(final Path place, final String address) {
        if (!Files.exists(place)) {
            throw new LabException(place + " does not exist, so that no other name server can be put in its place");
        }
        Programs.run("mount", "--bind", resolvConf(address), place.toString());
    }

    private String resolvConf(final String address) {
        final Path file = scratch.resolve("resolv.conf." + address);
        write(file, "nameserver " + address);
        return file.toString();
    }

    /// A guest to connect, with this lab's congestion control.
    ///
    /// @param nameServer what its resolver asks
    public Namespace newGuest(final String nameServer) {
        final Namespace guest = Namespace.guest(resolvConf(nameServer));
        congestion.ifPresent(name -> guest.sysctl("net/ipv4/tcp_congestion_control", name));
        return guest;
    }

    /// A network namespace of the same user namespace, with this lab's congestion control and nothing in it.
    public Namespace newNetwork() {
        final Namespace network = Namespace.network();
        congestion.ifPresent(name -> network.sysctl("net/ipv4/tcp_congestion_control", name));
        return network;
    }

    /// Gives runtimes of the OCI, which insist on them, the control groups of version 2 at the usual place.
    public static void mountControlGroups() {
        final Path place = Path.of("/sys/fs/cgroup");
        if (!Files.exists(place.resolve("cgroup.controllers"))) {
            Programs.run("mount", "-t", "cgroup2", "cgroup2", place.toString());
        }
    }

    /// The stand-in for the internet.
    public Namespace internet() {
        return internet;
    }

    /// The congestion control to set in every namespace; nothing to keep what is inherited.
    public Optional<String> congestion() {
        return congestion;
    }

    /// The congestion control that the host's side really has.
    public String congestionControl() {
        return read(CONGESTION_CONTROL);
    }

    /// What the owner of a namespace may set there.
    public static List<String> allowedCongestionControls() {
        return List.of(read(Path.of("/proc/sys/net/ipv4/tcp_allowed_congestion_control"))
                .split(" "));
    }

    /// A new file for what a program says.
    public Path logFile(final String name) {
        return scratch.resolve(name + ".log");
    }

    /// A new name for a Unix socket.
    public Path socketFile(final String name) {
        return scratch.resolve(name + ".sock");
    }

    /// The user that we are outside of our own user namespace.
    public static String outerUser() {
        return read(Path.of("/proc/self/uid_map")).strip().split("\\s+")[1];
    }

    private static String read(final Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException failure) {
            throw new LabException("reading " + file, failure);
        }
    }

    private static void write(final Path file, final String value) {
        try {
            Files.writeString(file, value + "\n");
        } catch (IOException failure) {
            throw new LabException("writing '%s' to %s".formatted(value, file), failure);
        }
    }

    @Override
    public void close() {
        internet.close();
    }
}
