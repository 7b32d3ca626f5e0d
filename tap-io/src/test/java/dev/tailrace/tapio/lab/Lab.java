package dev.tailrace.tapio.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A host, its internet and guests; see the package.
public final class Lab implements AutoCloseable {
    /// The host's address on its link to the internet.
    public static final String HOST_ADDRESS = "198.51.100.1";

    /// The internet's address on the same link; the host's default route.
    public static final String NEAR_ADDRESS = "198.51.100.2";

    /// An address of the internet behind the default route.
    public static final String FAR_ADDRESS = "203.0.113.10";

    /// The same over IPv6, where the kernel has it.
    public static final String HOST_ADDRESS6 = "2001:db8:1::1";

    public static final String NEAR_ADDRESS6 = "2001:db8:1::2";

    public static final String FAR_ADDRESS6 = "2001:db8:2::10";

    private static final String READY = "ready";
    private static final int ORDINARY = 1000;

    private static final String IF_IPV6 = "test ! -e /proc/net/if_inet6 || ";

    /// Waits for the end of its input, which is when the lab, or the JVM, is gone.
    private static final String HOLD = "exec cat";

    /// A parent-death signal comes when the thread that started the process ends: so one that stays starts them
    /// all.
    private static final ExecutorService SPAWNER = Executors.newSingleThreadExecutor(work -> {
        final Thread thread = new Thread(work, "lab-spawner");
        thread.setDaemon(true);
        return thread;
    });

    private final Path directory;
    private final List<Program> programs = new ArrayList<>();
    private final Place host;
    private @Nullable Place internet;
    private int spawned;

    /// Makes a host with only a loopback device, whose one user is its root.
    public Lab() {
        this(Place.WITH_CREDENTIALS, "0 0", "--map-root-user");
    }

    /// A host in which programs run as an ordinary user without capabilities; its guests have a root.
    public static Lab ofOrdinaryUser() {
        return new Lab(
                Place.WITH_CREDENTIALS,
                ORDINARY + " " + ORDINARY,
                "--map-user=" + ORDINARY,
                "--map-group=" + ORDINARY,
                "--keep-caps");
    }

    /// A host in which programs run as root, and that has the other users of the account's `/etc/subuid`, too.
    public static Lab ofManyUsers() {
        return new Lab(Place.WITH_CREDENTIALS, "0 0", "--map-root-user", "--map-auto");
    }

    /// @param credentials how its namespaces are entered
    /// @param groups who may send echo requests
    /// @param options of `unshare`
    private Lab(final List<String> credentials, final String groups, final String... options) {
        try {
            directory = Files.createTempDirectory("tailrace-lab-");
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        try {
            final List<String> enter = new ArrayList<>(List.of("unshare", "--user", "--net", "--mount"));
            enter.addAll(List.of(options));
            enter.add("--");
            host = hold(
                    "host",
                    enter,
                    credentials,
                    List.of(),
                    "ip link set lo up; echo " + groups + " >/proc/sys/net/ipv4/ping_group_range");
        } catch (final RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /// Makes a host that has, besides its root, the account that runs this under its own number, with all but a few of
    /// its subordinate ids: a host on which [#machine] can be had.
    public static Lab withAccount() {
        final Path self = Path.of("/proc/self");
        try {
            return new Lab(
                    Place.AS_ROOT,
                    "0 0",
                    "--map-user=" + Files.getAttribute(self, "unix:uid"),
                    "--map-group=" + Files.getAttribute(self, "unix:gid"),
                    "--map-users=auto",
                    "--map-groups=auto",
                    "--setuid=0",
                    "--setgid=0");
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Why no lab can be made here, or null when it can: user namespaces may be forbidden.
    public static @Nullable String obstacle() {
        if (!Files.isReadable(Path.of("/dev/net/tun")) || !Files.isWritable(Path.of("/dev/net/tun"))) {
            return "/dev/net/tun cannot be opened (missing, or not of mode 0666)";
        }
        try (Lab _ = new Lab()) {
            return null;
        } catch (final AssertionError e) {
            return "no user namespace can be made: " + e.getMessage();
        }
    }

    /// Where the program under test runs.
    public Place host() {
        return host;
    }

    /// The stand-in for the internet, linked to the host when first asked for.
    public Place internet() {
        if (internet == null) {
            final List<String> enter = new ArrayList<>(host.enter());
            enter.addAll(List.of("unshare", "--net", "--mount", "--"));
            internet = hold("internet", enter, host.credentials(), List.of(), "ip link set lo up");
            // Without duplicate address detection, so that link-local addresses are there at once, too.
            host.shell("ip link add wan0 type veth peer name eth0 netns " + internet.pid() + "; " + IF_IPV6
                    + "echo 0 >/proc/sys/net/ipv6/conf/wan0/accept_dad; ip address add " + HOST_ADDRESS
                    + "/24 dev wan0; ip link set wan0 up; " + IF_IPV6 + "ip address add " + HOST_ADDRESS6
                    + "/64 dev wan0");
            internet.shell(IF_IPV6 + "echo 0 >/proc/sys/net/ipv6/conf/eth0/accept_dad; ip address add " + NEAR_ADDRESS
                    + "/24 dev eth0; ip link set eth0 up; ip address add " + FAR_ADDRESS + "/24 dev lo; " + IF_IPV6
                    + "{ ip address add " + NEAR_ADDRESS6 + "/64 dev eth0; ip address add " + FAR_ADDRESS6
                    + "/64 dev lo; }");
            host.shell("ip route add default via " + NEAR_ADDRESS + "; " + IF_IPV6 + "ip route add default via "
                    + NEAR_ADDRESS6);
        }
        return internet;
    }

    /// A new network without devices in a user namespace of its own, below the host's.
    public Place newGuest() {
        final List<String> enter = new ArrayList<>(host.enter());
        enter.addAll(List.of("unshare", "--user", "--map-root-user", "--net", "--mount", "--"));
        return hold("guest", enter, host.credentials(), List.of(), ":");
    }

    /// Root's place in the host's network with processes, mounts, control groups, a name and System V IPC of its own.
    /// All that is started there ends with the lab, whoever its parent is. [Place#ofAccount] is the account's view.
    ///
    /// @param setUp a shell script that root runs first
    public Place machine(final String setUp) {
        final List<String> enter = new ArrayList<>(host.enter());
        enter.addAll(List.of(
                "unshare",
                "--mount",
                "--pid",
                "--cgroup",
                "--ipc",
                "--uts",
                "--fork",
                "--kill-child=KILL",
                "--mount-proc",
                "--"));
        return hold("machine", enter, Place.AS_ROOT, Place.ALL_NAMESPACES, setUp);
    }

    /// A place for files, removed with the lab.
    public Path directory() {
        return directory;
    }

    /// Starts a program as it is, in no namespace of ours; it is killed with the lab.
    Program spawn(final List<String> command) {
        final int number = ++spawned;
        final Path out = directory.resolve(number + ".out");
        final Path err = directory.resolve(number + ".err");
        final ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .directory(directory.toFile());
        builder.environment().merge("PATH", "/usr/sbin:/sbin", (old, more) -> old + ":" + more);
        builder.environment().put("LC_ALL", "C.UTF-8");
        try {
            final Program program = new Program(SPAWNER.submit(builder::start).get(), command, out, err);
            programs.add(program);
            return program;
        } catch (final ExecutionException e) {
            throw new AssertionError("cannot start " + command.getFirst() + ": " + e.getCause(), e);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /// Kills everything that was started, the last first, and removes the files.
    @Override
    public void close() {
        for (final Program program : programs.reversed()) {
            program.close();
        }
        programs.clear();
        try (Stream<Path> files = Files.walk(directory)) {
            for (final Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Place hold(
            final String name,
            final List<String> enter,
            final List<String> credentials,
            final List<String> moreNamespaces,
            final String setUp) {
        final List<String> command = new ArrayList<>(enter);
        // A shell that is the first of its processes waits for those that lose their parents.
        final String hold = moreNamespaces.isEmpty() ? HOLD : "cat; exit";
        command.addAll(
                List.of("setpriv", "--pdeathsig", "KILL", "--", "sh", "-euc", setUp + "\necho " + READY + "; " + hold));
        final Program holder = spawn(command);
        Await.until(() -> name + " is " + READY + ": " + holder, () -> {
            if (holder.stdout().contains(READY)) {
                return true;
            }
            if (!holder.isAlive()) {
                throw new AssertionError("cannot make the " + name + ": " + holder);
            }
            return false;
        });
        return new Place(this, name, holder, credentials, moreNamespaces);
    }
}
