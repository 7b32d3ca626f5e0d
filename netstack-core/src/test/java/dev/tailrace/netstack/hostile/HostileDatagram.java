package dev.tailrace.netstack.hostile;

import dev.tailrace.netstack.host.HostDatagram;
import dev.tailrace.netstack.host.HostDatagramListener;
import dev.tailrace.netstack.host.HostErrno;
import java.util.ArrayDeque;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/// One UDP socket of a [HostileHost]. Looks that a payload stays as it is from its send to the flush.
public final class HostileDatagram implements HostDatagram {
    private static final int[] ERRNOS = {HostErrno.EMSGSIZE, HostErrno.EPERM, HostErrno.ENETUNREACH, HostErrno.EINVAL};

    private final HostileHost host;
    private final HostDatagramListener listener;
    private final int port;
    private final ArrayDeque<Queued> queued = new ArrayDeque<>();
    private final ArrayDeque<Answer> answers = new ArrayDeque<>();
    private boolean isClosed;

    private record Queued(
            DirectBuffer buffer,
            int offset,
            int length,
            int segmentBytes,
            long hi,
            long lo,
            int port,
            int cookie,
            long hash) {}

    private record Answer(byte[] payload, boolean isError, long hi, long lo, int port) {}

    HostileDatagram(final HostileHost host, final HostDatagramListener listener, final int port) {
        this.host = host;
        this.listener = listener;
        this.port = port;
    }

    /// A peer sends `payload`.
    public void arrive(final long hi, final long lo, final int fromPort, final byte... payload) {
        answers.add(new Answer(payload, false, hi, lo, fromPort));
        host.later(listener::onReadable);
    }

    @Override
    public void send(
            final DirectBuffer buffer,
            final int offset,
            final int length,
            final int segmentBytes,
            final long addressHi,
            final long addressLo,
            final int toPort,
            final int hopLimit,
            final int cookie) {
        if (isClosed || length > 65_507 || length < 0 || hopLimit < 1 || hopLimit > 255 || toPort < 1) {
            throw new AssertionError("send of " + length + " bytes to port " + toPort + " with TTL " + hopLimit);
        }
        final long hash = TraceHash.of(buffer, offset, length);
        host.trace.add(hash ^ addressLo ^ (long) toPort << 32 ^ segmentBytes ^ (long) hopLimit << 56);
        // The stack's view may move on before the flush; the memory stays.
        final DirectBuffer view = new UnsafeBuffer(buffer, offset, length);
        queued.add(new Queued(view, 0, length, segmentBytes, addressHi, addressLo, toPort, cookie, hash));
        host.queue(this);
    }

    void flush() {
        final Queued next = queued.poll();
        if (next == null) {
            return;
        }
        if (TraceHash.of(next.buffer, next.offset, next.length) != next.hash) {
            throw new AssertionError("a payload has changed before its flush");
        }
        if (host.isHit(30)) {
            listener.onSendFailed(ERRNOS[host.pick(ERRNOS.length)], next.cookie);
            return;
        }
        final boolean isAnswered = host.isHit(300);
        if (host.isRecording() || isAnswered) {
            final byte[] payload = new byte[next.length];
            next.buffer.getBytes(next.offset, payload);
            host.sent(new HostileHost.Reached(next.hi, next.lo, next.port, payload));
            if (isAnswered) {
                answers.add(new Answer(payload, host.isHit(100), next.hi, next.lo, next.port));
                host.later(listener::onReadable);
            }
        }
    }

    @Override
    public int receive(final int limit) {
        int told = 0;
        while (told < limit) {
            final Answer answer = answers.poll();
            if (answer == null) {
                break;
            }
            if (answer.isError) {
                listener.onIcmpError(3, 3, 0, answer.hi, answer.lo, answer.port, answer.hi, answer.lo);
            } else {
                final UnsafeBuffer buffer = host.received(answer.payload);
                listener.onDatagram(buffer, 0, answer.payload.length, 0, answer.hi, answer.lo, answer.port);
            }
            told++;
        }
        return told;
    }

    @Override
    public int localPort() {
        return port;
    }

    @Override
    public void close() {
        if (!isClosed) {
            isClosed = true;
            host.closed();
        }
    }
}
