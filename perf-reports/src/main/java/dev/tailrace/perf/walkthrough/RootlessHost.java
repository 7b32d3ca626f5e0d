package dev.tailrace.perf.walkthrough;

import dev.tailrace.perf.lab.LabException;
import dev.tailrace.perf.lab.Namespace;
import dev.tailrace.perf.lab.PosixProcess;
import dev.tailrace.perf.lab.Programs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The machine of an ordinary user, made of the namespaces that this JVM is root of, and another
/// host on its network.
final class RootlessHost implements AutoCloseable {
    static final String ADDRESS = "203.0.113.1";
    static final String ADDRESS6 = "2001:db8:3::1";
    static final String OTHER = "203.0.113.2";
    static final String OTHER6 = "2001:db8:3::2";

    private static final Path NEW_CLIENT = Path.of("/usr/local/bin/docker");
    private static final Path DEBIAN_CLIENT = Path.of("/usr/local/lib/tailrace/docker-20.10/docker");
    private static final Path INSTALLED_CLIENT = Path.of("/usr/bin/docker");
    private static final Duration ALLOWED = Duration.ofSeconds(60);

    /// The user's own files and `XDG_RUNTIME_DIR` are in memory. The installed newuidmap belongs to
    /// a root who does not exist here, so that a copy must do. The user may use all ids that are
    /// here, root's among them, which is none of the machine's.
    private static final String SET_UP = """
            uid=$1 gid=$2 docker=$3
            mount -t tmpfs -o mode=0755 tmpfs /run
            mkdir -p /run/bin /run/user
            install -d -m 0700 -o "$uid" -g "$gid" "/run/user/$uid" /run/home
            install -m 4755 "$(command -v newuidmap)" "$(command -v newgidmap)" /run/bin
            ln -s "$docker" /run/bin/docker
            for kind in uid gid; do
                own=$uid
                [ "$kind" = uid ] || own=$gid
                awk -v owner="$uid" -v own="$own" '$1 != own { print owner ":" $1 ":" $3 }' \\
                    "/proc/self/${kind}_map" >"/run/sub$kind"
                mount --bind "/run/sub$kind" "/etc/sub$kind"
            done
            echo "$gid $gid" >/proc/sys/net/ipv4/ping_group_range
            ip link set lo up
            """;

    private final List<String> account;
    private final Namespace other;
    private final String userId;

    /// @param image our product
    /// @param congestion the congestion control to set, if that is allowed
    RootlessHost(final Path image, final String userId, final String groupId, final Optional<String> congestion) {
        this.userId = userId;
        Programs.run("sh", "-euc", SET_UP, "sh", userId, groupId, client().toString());
        congestion.ifPresent(
                name -> Programs.run("sh", "-c", "echo \"$1\" >/proc/sys/net/ipv4/tcp_congestion_control", "sh", name));
        other = Namespace.network();
        connect();
        account = List.of(
                "setpriv",
                "--reuid=" + userId,
                "--regid=" + groupId,
                "--clear-groups",
                "--",
                "env",
                "-i",
                "HOME=/run/home",
                "XDG_RUNTIME_DIR=/run/user/" + userId,
                "DOCKER_HOST=unix:///run/user/" + userId + "/tailrace.sock",
                "PATH=/run/bin:" + image.resolve("bin") + ":/usr/sbin:/usr/bin:/sbin:/bin",
                "LC_ALL=C.UTF-8",
                "TERM=dumb");
    }

    /// The newest stock client.
    private static Path client() {
        for (final Path client : List.of(NEW_CLIENT, DEBIAN_CLIENT, INSTALLED_CLIENT)) {
            if (Files.isExecutable(client)) {
                return client;
            }
        }
        throw new LabException("there is no docker client (" + NEW_CLIENT + ", " + DEBIAN_CLIENT + ")");
    }

    private void connect() {
        Programs.run("ip", "link", "add", "lan0", "type", "veth", "peer", "name", "eth0", "netns", "" + other.pid());
        Programs.run("ip", "address", "add", ADDRESS + "/24", "dev", "lan0");
        Programs.run("ip", "address", "add", ADDRESS6 + "/64", "dev", "lan0", "nodad");
        Programs.run("ip", "link", "set", "lan0", "up");
        other.run("ip", "address", "add", OTHER + "/24", "dev", "eth0");
        other.run("ip", "address", "add", OTHER6 + "/64", "dev", "eth0", "nodad");
        other.run("ip", "link", "set", "eth0", "up");
    }

    /// The user's id.
    String userId() {
        return userId;
    }

    /// Runs a program as the user to its end.
    Programs.Ending end(final String... command) {
        return Programs.end(asUser(List.of(command)), ALLOWED);
    }

    /// Starts a program as the user.
    PosixProcess start(final String... command) {
        return Programs.start(new ProcessBuilder(asUser(List.of(command))).redirectErrorStream(true));
    }

    /// Runs a program on the other host.
    String onOther(final String... command) {
        return other.run(command);
    }

    private List<String> asUser(final List<String> command) {
        final List<String> whole = new ArrayList<>(account);
        whole.addAll(command);
        return whole;
    }

    @Override
    public void close() {
        other.close();
    }
}
