package dev.tailrace.netstack.hostile;

import dev.tailrace.netstack.host.HostAcceptor;
import dev.tailrace.netstack.host.HostDatagramListener;
import dev.tailrace.netstack.host.HostEchoListener;
import dev.tailrace.netstack.host.HostErrno;
import dev.tailrace.netstack.host.HostListener;
import dev.tailrace.netstack.host.HostSockets;
import dev.tailrace.netstack.host.HostStreamListener;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/// The host's sockets. Without chance everything succeeds at once and nobody answers datagrams; with
/// it, sockets fail, block, break and answer. Both are a function of the seed and of the calls, so two
/// stacks that do the same see the same.
public final class HostileHost implements HostSockets {
    private static final int FAILURE_SHARE = 20;
    private static final int[] ERRNOS = {
        HostErrno.ECONNREFUSED, HostErrno.ENETUNREACH, HostErrno.EHOSTUNREACH, HostErrno.EMFILE, HostErrno.EADDRNOTAVAIL
    };

    /// Where the guest got to: an address as the low half of an `IpAddress`, a port, and the payload of a datagram.
    public record Reached(long hi, long lo, int port, byte[] payload) {}

    final TraceHash trace;
    private final @Nullable SplittableRandom chance;
    private final List<Reached> connected = new ArrayList<>();
    private final List<Reached> datagrams = new ArrayList<>();
    private final List<Reached> echoes = new ArrayList<>();
    private final List<HostileDatagram> unflushed = new ArrayList<>();
    private final ArrayDeque<Runnable> events = new ArrayDeque<>();
    private final List<Runnable> lastEvents = new ArrayList<>();
    private @Nullable HostileStream lastStream;
    private @Nullable HostileDatagram lastDatagram;
    private @Nullable HostAcceptor acceptor;
    private @Nullable HostileDatagram published;
    private final UnsafeBuffer scratch = new UnsafeBuffer(ByteBuffer.allocateDirect(1 << 16));
    private boolean isRecording = true;
    private boolean isQuiet;
    private int open;
    private int lastErrno;

    HostileHost(final TraceHash trace, final @Nullable SplittableRandom chance) {
        this.trace = trace;
        this.chance = chance;
    }

    /// Connections begun.
    public List<Reached> connected() {
        return connected;
    }

    /// Datagrams sent.
    public List<Reached> datagrams() {
        return datagrams;
    }

    /// Echo requests sent.
    public List<Reached> echoes() {
        return echoes;
    }

    /// The connection begun last.
    public HostileStream stream() {
        return java.util.Objects.requireNonNull(lastStream, "no connection was made");
    }

    /// The UDP socket made last.
    public HostileDatagram datagram() {
        return java.util.Objects.requireNonNull(lastDatagram, "no UDP socket was made");
    }

    /// Sockets that the stack has not closed.
    public int open() {
        return open;
    }

    /// Keeps nothing of what the guest reaches: a long run would not fit.
    void forgetful() {
        isRecording = false;
    }

    /// From now on nothing fails, nobody sends any more, and what has waited for its end gets it.
    void quiet() {
        isQuiet = true;
        events.addAll(lastEvents);
        lastEvents.clear();
    }

    /// Chance rules again.
    void lively() {
        isQuiet = false;
    }

    /// A client of a published port; the stack sends a SYN to the guest.
    boolean client(final long peerHi, final long peerLo, final int peerPort) {
        final HostAcceptor accepting = acceptor;
        if (accepting == null) {
            return false;
        }
        final HostileStream stream = new HostileStream(this);
        final HostStreamListener listener = accepting.onAccept(stream, peerHi, peerLo, peerPort);
        if (listener != null) {
            open++;
            stream.accepted(listener);
        }
        return listener != null;
    }

    /// A client of a published port sends a datagram.
    void publishedDatagram(final long peerHi, final long peerLo, final int peerPort) {
        if (published != null) {
            published.arrive(peerHi, peerLo, peerPort, (byte) peerPort);
        }
    }

    /// What sockets receive into: valid during a call.
    UnsafeBuffer received(final byte[] bytes) {
        scratch.putBytes(0, bytes);
        return scratch;
    }

    /// Tells the stack what has happened since, never from inside a call of it.
    void tell() {
        for (int left = events.size(); left > 0; left--) {
            events.remove().run();
        }
    }

    boolean hasEvents() {
        return !events.isEmpty();
    }

    void later(final Runnable event) {
        events.add(event);
    }

    void atLast(final Runnable event) {
        lastEvents.add(event);
    }

    void closed() {
        open--;
    }

    /// Whether something happens that does so `perMille` times in a thousand.
    boolean isHit(final int perMille) {
        return chance != null && !isQuiet && chance.nextInt(1_000) < perMille;
    }

    int pick(final int bound) {
        return chance == null ? 0 : chance.nextInt(bound);
    }

    void echoed(final Reached request) {
        if (isRecording) {
            echoes.add(request);
        }
    }

    void sent(final Reached datagram) {
        if (isRecording) {
            datagrams.add(datagram);
        }
    }

    boolean isRecording() {
        return isRecording;
    }

    void queue(final HostileDatagram socket) {
        unflushed.add(socket);
    }

    private boolean isRefused() {
        if (isHit(FAILURE_SHARE)) {
            lastErrno = ERRNOS[pick(ERRNOS.length)];
            return true;
        }
        open++;
        return false;
    }

    @Override
    public @Nullable HostileStream connect(
            final long addressHi, final long addressLo, final int port, final HostStreamListener listener) {
        trace.add(addressHi ^ addressLo ^ (long) port << 48 ^ 1);
        if (isRecording) {
            connected.add(new Reached(addressHi, addressLo, port, new byte[0]));
        }
        if (isRefused()) {
            return null;
        }
        final HostileStream stream = new HostileStream(this);
        stream.connecting(listener);
        lastStream = stream;
        return stream;
    }

    @Override
    public @Nullable HostileDatagram datagram(final boolean ipv6, final HostDatagramListener listener) {
        if (isRefused()) {
            return null;
        }
        final HostileDatagram socket = new HostileDatagram(this, listener, 0);
        lastDatagram = socket;
        return socket;
    }

    @Override
    public HostileDatagram datagramBoundTo(
            final long addressHi, final long addressLo, final int port, final HostDatagramListener listener) {
        open++;
        published = new HostileDatagram(this, listener, port);
        return published;
    }

    @Override
    public @Nullable HostileEcho echo(final boolean ipv6, final HostEchoListener listener) {
        return isRefused() ? null : new HostileEcho(this, listener);
    }

    @Override
    public HostListener listen(
            final long addressHi, final long addressLo, final int port, final HostAcceptor accepting) {
        open++;
        acceptor = accepting;
        return () -> {
            open--;
            acceptor = null;
        };
    }

    @Override
    public int lastErrno() {
        return lastErrno;
    }

    @Override
    public void flushDatagrams() {
        // A send that fails may be queued again meanwhile: that is for the next flush.
        final List<HostileDatagram> now = List.copyOf(unflushed);
        unflushed.clear();
        now.forEach(HostileDatagram::flush);
    }
}
