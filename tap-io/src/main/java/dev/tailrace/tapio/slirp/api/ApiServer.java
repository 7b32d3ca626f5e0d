package dev.tailrace.tapio.slirp.api;

import dev.tailrace.tapio.epoll.EpollLoop;
import dev.tailrace.tapio.epoll.Registration;
import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.LinuxException;
import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/// The API socket. Belongs to the loop's thread and never blocks it; bounded in clients and in the time they have.
public final class ApiServer implements AutoCloseable {
    /// What [#nextDeadlineNs] adds to the clock when nothing is due.
    public static final long NO_DEADLINE_NS = Long.MAX_VALUE / 2;

    private static final int MAX_CONNECTIONS = 64;
    private static final int TRANSFER_BYTES = 16 * 1024;
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(5);

    /// How long to leave clients waiting when descriptors have run out.
    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private final EpollLoop loop;
    private final String path;
    private final ApiHandler handler;
    private final Consumer<String> log;
    private final List<ApiConnection> connections = new ArrayList<>();
    private final Memory transfer;
    private final int directoryFd;
    private final String fileName;
    private final IntPredicate mayUse;
    private final DescriptorReceiver receiver;
    private final int fd;
    private @Nullable Registration listener;
    private long refused;

    /// Since the last that was accepted.
    private boolean isWaitTold;
    private boolean pausing;
    private boolean pauseTimed;
    private long resumeNs;
    private boolean closed;

    /// Listens on `path`, which is replaced if it exists.
    ///
    /// @param log takes the lines about traffic for the standard error
    /// @throws LinuxException when it cannot; nothing is left behind then
    public ApiServer(final EpollLoop loop, final String path, final ApiHandler handler, final Consumer<String> log) {
        this(loop, path, handler, log, ourselvesOrRoot());
    }

    /// @param mayUse whether a user id may use the socket
    ApiServer(
            final EpollLoop loop,
            final String path,
            final ApiHandler handler,
            final Consumer<String> log,
            final IntPredicate mayUse) {
        this.loop = loop;
        this.path = path;
        this.handler = handler;
        this.log = log;
        this.mayUse = mayUse;
        this.fd = UnixSockets.listen(path, UnixSockets.SOCK_STREAM, MAX_CONNECTIONS);
        this.fileName = path.substring(path.lastIndexOf('/') + 1);
        this.directoryFd = openDirectory(path, fd);
        this.transfer = Memory.region(TRANSFER_BYTES);
        this.receiver = new DescriptorReceiver();
        try {
            listener = loop.register(fd, EpollLoop.IN, this::onAcceptable);
        } catch (final RuntimeException e) {
            close();
            throw e;
        }
    }

    /// Looks at the clock: clients that took too long are answered and closed.
    ///
    /// @return clients closed
    public int doWork(final long nowNs) {
        if (connections.isEmpty() && !pausing) {
            return 0;
        }
        int expired = 0;
        for (int i = connections.size() - 1; i >= 0; i--) {
            final ApiConnection connection = connections.get(i);
            connection.startTimeout(nowNs, TIMEOUT_NS);
            if (connection.leftNs(nowNs) <= 0) {
                connection.expire();
                expired++;
            }
        }
        if (pausing && !pauseTimed) {
            pauseTimed = true;
            resumeNs = nowNs + PAUSE_NS;
        } else if (pausing && resumeNs - nowNs <= 0) {
            pausing = false;
            resume();
        }
        return expired;
    }

    /// When [#doWork] is due. To be asked after it.
    public long nextDeadlineNs(final long nowNs) {
        long left = pausing ? resumeNs - nowNs : NO_DEADLINE_NS;
        for (int i = 0; i < connections.size(); i++) {
            left = Math.min(left, connections.get(i).leftNs(nowNs));
        }
        return nowNs + left;
    }

    /// The directory in which [#close] removes the socket, as an `O_PATH` descriptor.
    public int directoryFd() {
        return directoryFd;
    }

    /// Clients that were of another user and so not served.
    public long refused() {
        return refused;
    }

    /// Closes everything and removes the file.
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        connections.forEach(ApiConnection::close);
        connections.clear();
        suspend();
        Fd.close(fd);
        transfer.close();
        UnixSockets.unlinkAt(directoryFd, fileName);
        Fd.close(directoryFd);
    }

    EpollLoop loop() {
        return loop;
    }

    ApiHandler handler() {
        return handler;
    }

    /// Where bytes pass between the kernel and the heap.
    Memory transfer() {
        return transfer;
    }

    /// Reads requests.
    DescriptorReceiver receiver() {
        return receiver;
    }

    void log(final String line) {
        log.accept(line);
    }

    /// A connection is finished.
    void closed(final ApiConnection connection) {
        if (connections.remove(connection)) {
            connection.close();
            resume();
        }
    }

    private void onAcceptable(final int events) {
        while (connections.size() < MAX_CONNECTIONS) {
            final int accepted = UnixSockets.accept(fd);
            if (accepted >= 0) {
                isWaitTold = false;
                log("apifd event");
                if (isAllowed(accepted)) {
                    serve(new ApiConnection(this, accepted));
                }
            } else if (accepted == -Errno.EAGAIN) {
                return;
            } else if (accepted != -Errno.EINTR && accepted != -Errno.ECONNABORTED) {
                if (!isWaitTold) {
                    log("accept " + path + ": " + Errno.name(-accepted) + ", clients wait");
                    isWaitTold = true;
                }
                pausing = true;
                pauseTimed = false;
                suspend();
                return;
            }
        }
        suspend();
    }

    /// Whoever may connect may open ports of the host, so the mode of the file is not all that guards it: root of a
    /// container of ours could have it changed, or be given the descriptor of a connection.
    private boolean isAllowed(final int accepted) {
        final long peer = UnixSockets.peer(accepted);
        final int user = (int) (peer >>> Integer.SIZE);
        if (mayUse.test(user)) {
            return true;
        }
        refused++;
        log("api_handler: refused process " + (int) peer + " of user " + Integer.toUnsignedString(user)
                + ": only our own user and root may use " + path + " (" + refused + " refused so far)");
        ApiConnection.refuse(this, accepted);
        return false;
    }

    private static int openDirectory(final String path, final int fd) {
        try {
            return UnixSockets.openDirectory(path);
        } catch (final LinuxException e) {
            Fd.close(fd);
            UnixSockets.unlink(path);
            throw e;
        }
    }

    private static IntPredicate ourselvesOrRoot() {
        final int own = (int) Syscall.call(SyscallNumber.GETEUID);
        return user -> user == own || user == 0;
    }

    private void serve(final ApiConnection connection) {
        connections.add(connection);
        try {
            connection.open();
        } catch (final LinuxException e) {
            log("api_handler: " + e.getMessage());
            closed(connection);
        }
    }

    /// Level-triggered readiness would turn the loop without end while nobody accepts.
    private void suspend() {
        if (listener != null) {
            loop.deregister(listener);
            listener = null;
        }
    }

    private void resume() {
        if (listener == null && !pausing && !closed) {
            listener = loop.register(fd, EpollLoop.IN, this::onAcceptable);
        }
    }
}
