package dev.tailrace.tapio.slirp.api;

import dev.tailrace.tapio.epoll.EpollLoop;
import dev.tailrace.tapio.epoll.Registration;
import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.slirp.observe.ReplySource;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// One client: its request is read until it is complete, answered once, and the connection closed. Owned by the loop.
final class ApiConnection implements ApiClient {
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
    private int descriptor = NO_DESCRIPTOR;

    /// What is still to be worded of the reply.
    private @Nullable ReplySource source;

    private @Nullable Runnable onHangup;
    private @Nullable Registration registration;
    private boolean isClosed;
    private long deadlineNs;
    private boolean hasDeadline;

    ApiConnection(final ApiServer server, final int fd) {
        this.server = server;
        this.fd = fd;
    }

    /// Answers a client that must not be served, and closes the connection.
    static void refuse(final ApiServer server, final int fd) {
        new ApiConnection(server, fd).answer(ApiAnswer.of(ApiHandler.foreign()));
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

    /// Time until the client has taken too long; one that is kept has all the time there is.
    long leftNs(final long nowNs) {
        return isKept() && source == null || !hasDeadline ? ApiServer.NO_DEADLINE_NS : deadlineNs - nowNs;
    }

    /// The client took too long: answers what there is of a request, or gives up on one that does not read.
    void expire() {
        if (!answered) {
            log();
            answer(ApiAnswer.of(ApiHandler.malformed()));
        }
        server.closed(this);
    }

    void close() {
        isClosed = true;
        if (registration != null) {
            server.loop().deregister(registration);
            registration = null;
        }
        UnixSockets.close(fd);
        final int unused = takeDescriptor();
        if (unused != NO_DESCRIPTOR) {
            Fd.close(unused);
        }
        hangUp();
    }

    @Override
    public int takeDescriptor() {
        final int taken = descriptor;
        descriptor = NO_DESCRIPTOR;
        return taken;
    }

    @Override
    public void conclude(final String text) {
        if (isClosed) {
            return;
        }
        onHangup = null;
        final ReplySource before = source;
        source = out -> {
            final boolean isMore = before != null && before.appendTo(out);
            out.append(isMore ? "" : text);
            return isMore;
        };
        if (flush()) {
            server.closed(this);
        } else {
            listen(EpollLoop.OUT);
        }
    }

    private void onReady(final int events) {
        if (answered ? onReadyToSend(events) : read()) {
            server.closed(this);
        }
    }

    /// @return whether the connection is finished
    private boolean onReadyToSend(final int events) {
        if (!isSent()) {
            final boolean isFinished = flush();
            if (isKept() && isSent()) {
                listen(EpollLoop.RDHUP);
            }
            return isFinished;
        }
        // A client that was kept hangs up: what it started ends, and the last reply follows if it still reads.
        hangUp();
        hasDeadline = false;
        listen(0);
        return (events & (EpollLoop.HUP | EpollLoop.ERR)) != 0;
    }

    private boolean isSent() {
        return source == null && replySent == reply.length;
    }

    /// @return whether the connection is finished
    private boolean read() {
        final Memory memory = server.transfer();
        final long result = server.receiver().receive(fd, memory.address(), LIMIT_BYTES - requestLength);
        if (result == -Errno.EAGAIN) {
            return false;
        }
        if (result < 0) {
            return true;
        }
        if (descriptor == NO_DESCRIPTOR) {
            descriptor = server.receiver().take();
        } else {
            server.receiver().discard();
        }
        memory.buffer().getBytes(0, request, requestLength, (int) result);
        requestLength += (int) result;
        final int end = JsonBoundary.end(request, requestLength);
        if (end == JsonBoundary.TOO_DEEP) {
            log();
            return answer(ApiAnswer.of(ApiHandler.malformed()));
        }
        if (end == LIMIT_BYTES || (end == JsonBoundary.INCOMPLETE && requestLength == LIMIT_BYTES)) {
            server.log("api_handler: too large message (>= " + LIMIT_BYTES + " bytes)");
            server.log("api_handler: rc=-1");
            return answer(ApiAnswer.of(ApiHandler.tooLarge()));
        }
        if (end == JsonBoundary.INCOMPLETE && result > 0) {
            return false;
        }
        log();
        final int length = end == JsonBoundary.INCOMPLETE ? requestLength : end;
        return answer(server.handler().answer(new String(request, 0, length, StandardCharsets.UTF_8), this));
    }

    private void log() {
        server.log("api_handler: got request: " + LogText.escape(request, requestLength));
    }

    private boolean answer(final ApiAnswer answer) {
        answered = true;
        source = answer.reply();
        onHangup = answer.onHangup();
        if (!isKept()) {
            discardInput();
        }
        if (flush()) {
            return true;
        }
        listen(isSent() ? EpollLoop.RDHUP : EpollLoop.OUT);
        return false;
    }

    private boolean isKept() {
        return onHangup != null;
    }

    private void hangUp() {
        final Runnable action = onHangup;
        onHangup = null;
        if (action != null) {
            action.run();
        }
    }

    private void listen(final int events) {
        if (registration != null) {
            server.loop().deregister(registration);
            registration = server.loop().register(fd, events, this::onReady);
        }
    }

    /// Sends what is left of the reply, one piece of it at most, so that the loop turns between pieces.
    ///
    /// @return whether everything is sent and nothing will follow, or the client is gone
    private boolean flush() {
        final Memory memory = server.transfer();
        if (replySent == reply.length) {
            word();
        }
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
        return isSent() && !isKept();
    }

    /// Words the next piece. A client that takes its pieces gets time for the next one.
    private void word() {
        final ReplySource now = source;
        if (now == null) {
            return;
        }
        final StringBuilder text = new StringBuilder();
        source = now.appendTo(text) ? now : null;
        reply = text.toString().getBytes(StandardCharsets.UTF_8);
        replySent = 0;
        hasDeadline = false;
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
