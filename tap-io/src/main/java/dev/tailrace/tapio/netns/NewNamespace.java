package dev.tailrace.tapio.netns;

import static dev.tailrace.tapio.linux.Fd.O_CLOEXEC;
import static dev.tailrace.tapio.linux.Fd.O_RDONLY;

import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.SyscallNumber;
import dev.tailrace.tapio.netlink.RouteSocket;
import dev.tailrace.tapio.stub.Spawn;
import dev.tailrace.tapio.stub.SyscallProgram;
import java.util.Map;

/// A network namespace of our own making, that lives as long as somebody is in it or its descriptor is open, and a
/// socket to configure it from here.
public final class NewNamespace implements AutoCloseable {
    private static final int AT_FDCWD = -100;
    private static final String SELF = "/proc/self/ns/net";

    private final int fd;
    private RouteSocket route;
    private boolean isRouteOpen = true;

    private NewNamespace(final int fd, final RouteSocket route) {
        this.fd = fd;
        this.route = route;
    }

    /// Makes one, owned by the user namespace that we are in.
    ///
    /// @param settings values by path below /proc/sys/net; one that cannot be written is left as it is
    /// @throws dev.tailrace.tapio.linux.LinuxException what failed
    public static NewNamespace create(final Map<String, String> settings) {
        try (SyscallProgram program = new SyscallProgram()) {
            program.add("unshare(CLONE_NEWNET)", "", SyscallNumber.UNSHARE, Spawn.CLONE_NEWNET);
            final int namespace = program.add(
                    "open",
                    SELF,
                    SyscallNumber.OPENAT,
                    AT_FDCWD,
                    program.memory().cString(SELF),
                    O_RDONLY | O_CLOEXEC);
            final int socket = addSocket(program);
            final NamespaceSettings written = new NamespaceSettings(program);
            settings.forEach(written::add);
            boolean isComplete = false;
            try {
                program.run();
                isComplete = true;
            } finally {
                written.closeDescriptors();
                if (!isComplete) {
                    close(program.result(namespace));
                    close(program.result(socket));
                }
            }
            return new NewNamespace((int) program.result(namespace), new RouteSocket((int) program.result(socket)));
        }
    }

    /// The descriptor, to be entered by, closed with this.
    public int fd() {
        return fd;
    }

    /// Configures it.
    public RouteSocket route() {
        return route;
    }

    /// Its path while it is open here.
    public String path() {
        return "/proc/self/fd/" + fd;
    }

    /// Opens a socket again, in the namespace as it is now; does nothing if one is open.
    ///
    /// @throws dev.tailrace.tapio.linux.LinuxException what failed
    public void reopen() {
        if (isRouteOpen) {
            return;
        }
        try (SyscallProgram program = new SyscallProgram()) {
            program.add("setns", path(), SyscallNumber.SETNS, fd, Spawn.CLONE_NEWNET);
            final int socket = addSocket(program);
            program.run();
            route = new RouteSocket((int) program.result(socket));
            isRouteOpen = true;
        }
    }

    /// Closes the socket: all is configured.
    public void finish() {
        if (isRouteOpen) {
            isRouteOpen = false;
            route.close();
        }
    }

    @Override
    public void close() {
        finish();
        Fd.close(fd);
    }

    private static int addSocket(final SyscallProgram program) {
        return program.add(
                "socket",
                "netlink",
                SyscallNumber.SOCKET,
                RouteSocket.AF_NETLINK,
                RouteSocket.SOCK_RAW_CLOEXEC,
                RouteSocket.NETLINK_ROUTE);
    }

    private static void close(final long result) {
        if (result >= 0) {
            Fd.close((int) result);
        }
    }
}
