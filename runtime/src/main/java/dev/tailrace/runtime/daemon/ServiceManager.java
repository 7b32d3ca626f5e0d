package dev.tailrace.runtime.daemon;

import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.LinuxException;
import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// Tells a service manager how things stand: a datagram to the socket that `NOTIFY_SOCKET` names (sd_notify(3)).
final class ServiceManager {
    private static final String VARIABLE = "NOTIFY_SOCKET";
    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int MSG_NOSIGNAL = 0x4000;

    /// `struct sockaddr_un` (sys/un.h): two bytes of family, then the path; a NUL at its start for an abstract one.
    private static final int PATH_OFFSET = 2;

    private static final int MOST_PATH_BYTES = 107;

    private final String socket;
    private final DaemonLog log;

    /// @param environment that the service manager has set
    ServiceManager(final Map<String, String> environment, final DaemonLog log) {
        this.socket = environment.getOrDefault(VARIABLE, "");
        this.log = log;
    }

    /// The API is served from now on.
    void ready() {
        tell("READY=1\nSTATUS=serving");
    }

    void stopping() {
        tell("STOPPING=1\nSTATUS=stopping the containers");
    }

    private void tell(final String state) {
        if (socket.isEmpty()) {
            return;
        }
        final byte[] path = socket.getBytes(StandardCharsets.UTF_8);
        if (!socket.startsWith("/") && !socket.startsWith("@") || path.length > MOST_PATH_BYTES) {
            log.warn(VARIABLE + " is no address of a socket: " + socket);
            return;
        }
        try {
            send(path, state.getBytes(StandardCharsets.UTF_8));
        } catch (final LinuxException e) {
            log.warn("the service manager cannot be told: " + e.getMessage());
        }
    }

    private void send(final byte[] path, final byte[] state) {
        final int fd = (int) Syscall.check(
                Syscall.call(SyscallNumber.SOCKET, AF_UNIX, SOCK_DGRAM | Fd.O_CLOEXEC, 0), "socket(AF_UNIX)", socket);
        try (Memory memory = Memory.region(PATH_OFFSET + path.length + 1 + Long.BYTES + state.length)) {
            final boolean isAbstract = path[0] == '@';
            // A path has its NUL with it, a name of the abstract kind has none.
            final int addressLength = PATH_OFFSET + path.length + (isAbstract ? 0 : 1);
            final long address = memory.allocate(addressLength);
            memory.buffer().putShort(memory.offset(address), (short) AF_UNIX);
            memory.buffer().putBytes(memory.offset(address) + PATH_OFFSET, path);
            if (isAbstract) {
                memory.buffer().putByte(memory.offset(address) + PATH_OFFSET, (byte) 0);
            }
            final long text = memory.allocate(state.length);
            memory.buffer().putBytes(memory.offset(text), state);
            Syscall.check(
                    Syscall.call(SyscallNumber.SENDTO, fd, text, state.length, MSG_NOSIGNAL, address, addressLength),
                    "send to",
                    socket);
        } finally {
            Fd.close(fd);
        }
    }
}
