package dev.tailrace.tapio.slirp.api;

import dev.tailrace.tapio.epoll.EpollLoop;
import dev.tailrace.tapio.epoll.Registration;
import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.Memory;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// One client: its request is read until it is complete, answered once, and the connection closed. Owned by the loop.
final class ApiConnection {
    /// Too much for a request; the longest has one byte less.
    static final int LIMIT_BYTES = 4096;

    /// What is thrown away of a request that is too long, so that the client reads the reply and not a reset.
    private static final int MAX_DISCARD_BYTES = 1 << 20;

    private final ApiServer server;
    private final int fd;
    private final byte[] request = new byte[LIMIT_BYTES];
    private int requestLength;
    private byte[] reply = {};
    private int replySent;
    private boolean answered;
    private @Nullable Registration registration;
    private long deadlineNs;
    private boolean hasDeadline;

    ApiConnection(final ApiServer server, final int fd) {
        this.server = server;
        this.fd = fd;
    }

    /// Answers a client that must not be served, and closes the connection.
    static void refuse(final ApiServer server, final int fd) {
        new ApiConnection(server, fd).answer(ApiHandler.foreign());
        UnixSockets.close(fd);
    }

    /// Starts to listen for the request.
    void open() {
        registration = server.loop().register(fd, EpollLoop.IN | EpollLoop.RDHUP, this::onReady);
    }

    /// The clock is known only between turns: so the time allowed begins with the first duty cycle.
    void startTimeout(final long nowNs, final long timeoutNs) {
        if (!hasDeadline) {
            hasDeadline = true;
            deadlineNs = nowNs + timeoutNs;
        }
    }

    long deadlineNs() {
        return deadlineNs;
    }

    /// The client took too long: answers what there is of a request, or gives up on one that does not read.
    void expire() {
        if (!answered) {
            log();
            answer(ApiHandler.malformed());
        }
        server.closed(this);
    }

    void close() {
        if (registration != null) {
            server.loop().deregister(registration);
        }
        UnixSockets.close(fd);
    }

    private void onReady(final int events) {
        final boolean done = answered ? flush() : read();
        if (done) {
            server.closed(this);
        }
    }

    /// @return whether the connection is finished
    private boolean read() {
        final Memory memory = server.transfer();
        final long result = Fd.read(fd, memory.address(), LIMIT_BYTES - requestLength);
        if (result == -Errno.EAGAIN) {
            return false;
        }
        if (result < 0) {
            return true;
        }
        memory.buffer().getBytes(0, request, requestLength, (int) result);
        requestLength += (int) result;
        final int end = JsonBoundary.end(request, requestLength);
        if (end == JsonBoundary.TOO_DEEP) {
            log();
            return answer(ApiHandler.malformed());
        }
        if (end == LIMIT_BYTES || (end == JsonBoundary.INCOMPLETE && requestLength == LIMIT_BYTES)) {
            server.log("api_handler: too large message (>= " + LIMIT_BYTES + " bytes)");
            server.log("api_handler: rc=-1");
            return answer(ApiHandler.tooLarge());
        }
        if (end == JsonBoundary.INCOMPLETE && result > 0) {
            return false;
        }
        log();
        final int length = end == JsonBoundary.INCOMPLETE ? requestLength : end;
        return answer(server.handler().handle(new String(request, 0, length, StandardCharsets.UTF_8)));
    }

    private void log() {
        server.log("api_handler: got request: " + LogText.escape(request, requestLength));
    }

    private boolean answer(final String text) {
        answered = true;
        reply = text.getBytes(StandardCharsets.UTF_8);
        discardInput();
        if (flush()) {
            return true;
        }
        if (registration != null) {
            server.loop().deregister(registration);
            registration = server.loop().register(fd, EpollLoop.OUT, this::onReady);
        }
        return false;
    }

    /// @return whether everything is sent, or the client is gone
    private boolean flush() {
        final Memory memory = server.transfer();
        while (replySent < reply.length) {
            final int chunk = Math.min(memory.length(), reply.length - replySent);
            memory.buffer().putBytes(0, reply, replySent, chunk);
            final int sent = UnixSockets.send(fd, memory.address(), chunk);
            if (sent == -Errno.EAGAIN) {
                return false;
            }
            if (sent < 0 && sent != -Errno.EINTR) {
                return true;
            }
            replySent += Math.max(0, sent);
        }
        return true;
    }

    private void discardInput() {
        final Memory memory = server.transfer();
        long total = 0;
        long result;
        do {
            result = Fd.read(fd, memory.address(), memory.length());
            total += result;
        } while (result > 0 && total < MAX_DISCARD_BYTES);
    }
}
