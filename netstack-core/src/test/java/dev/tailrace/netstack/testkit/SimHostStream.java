package dev.tailrace.netstack.testkit;

import dev.tailrace.netstack.host.HostErrno;
import dev.tailrace.netstack.host.HostStream;
import dev.tailrace.netstack.host.HostStreamListener;
import java.util.SplittableRandom;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/// One TCP connection of the host with the kernel's two buffers and an application that follows a [HostScript].
///
/// Strict where kernels are lenient: an edge comes once and only after a call has answered `WOULD_BLOCK` (or received
/// less than it asked for); calls out of turn fail the test.
public final class SimHostStream implements HostStream {
    private static final byte[] NOTHING = new byte[0];

    private final SimHostSockets sockets;
    private final SimWorld world;
    private final HostScript script;
    private final SplittableRandom random;
    private final int port;
    private final long fromGuestKey;
    private final long toGuestKey;
    private @Nullable HostStreamListener listener;
    private boolean isConnected;
    private byte[] scratch = NOTHING;

    private long taken;
    private long read;
    private long written;
    private long handed;
    private long sourceTarget;
    private boolean isEndQueued;
    private boolean isOutputShut;
    private boolean isClosed;
    private boolean isReset;
    private int error;
    private int calls;
    private boolean isErrorTold;
    private boolean isWriteAwaited;
    private boolean isReadAwaited = true;
    private boolean isApplicationScheduled;
    private boolean isInCall;
    private boolean isReading = true;
    private int sendLimit = Integer.MAX_VALUE;

    SimHostStream(final SimHostSockets sockets, final HostScript script, final int port) {
        this.sockets = sockets;
        this.world = sockets.world();
        this.script = script;
        this.random = world.split();
        this.port = port;
        this.fromGuestKey = StreamKeys.fromGuest(port);
        this.toGuestKey = script.isEcho ? fromGuestKey : StreamKeys.fromHost(port);
        this.sourceTarget = script.sourceBytes;
    }

    /// The remote port, which names the stream's patterns.
    public int port() {
        return port;
    }

    /// Bytes that the stack has sent.
    public long taken() {
        return taken;
    }

    /// Bytes that the application has read.
    public long bytesRead() {
        return read;
    }

    /// Bytes that the application has written.
    public long written() {
        return written;
    }

    /// Bytes that the stack has received.
    public long handed() {
        return handed;
    }

    /// Whether the application has seen the guest's end behind all bytes.
    public boolean hasSeenEnd() {
        return (isOutputShut || isClosed) && read == taken;
    }

    /// Whether the stack has ended its direction.
    public boolean isOutputShut() {
        return isOutputShut;
    }

    /// Whether the stack has closed it in an orderly way.
    public boolean isClosed() {
        return isClosed;
    }

    /// Whether the stack has reset it.
    public boolean isReset() {
        return isReset;
    }

    /// Whether the stack is done with it.
    public boolean isGone() {
        return isClosed || isReset;
    }

    // What a test does by hand.

    /// Ends the connection attempt.
    public void connected(final int errno) {
        require(!isConnected, "connected twice");
        if (isGone()) {
            return;
        }
        isConnected = errno == 0;
        tell(present -> present.onConnect(errno));
        scheduleApplication(script.reactionNs);
        if (isConnected && script.resetAfterNs != HostScript.NEVER) {
            world.after(script.resetAfterNs, () -> fail(HostErrno.ECONNRESET));
        }
    }

    /// Writes `bytes` more to the guest.
    public void write(final long bytes) {
        sourceTarget += bytes;
        scheduleApplication(0);
    }

    /// Ends the application's direction behind all that was written.
    public void end() {
        isEndQueued = true;
        ready(true, false, true);
    }

    /// The connection breaks with `errno`: what waits to be received is lost.
    public void fail(final int errno) {
        if (isGone() || error != 0) {
            return;
        }
        error = errno;
        ready(true, true, true);
    }

    /// Whether the connection has broken.
    public boolean isBroken() {
        return error != 0;
    }

    /// Stops or goes on reading.
    public void reading(final boolean now) {
        isReading = now;
        scheduleApplication(0);
    }

    /// Reads `bytes` more, and no more than that.
    public void readOnce(final int bytes) {
        read += Math.min(bytes, taken - read);
        writable();
    }

    /// Takes at most `bytes` per call from now on.
    public void sendLimit(final int bytes) {
        sendLimit = bytes;
    }

    /// An event that nothing caused.
    public void spurious() {
        ready(true, true, false);
    }

    void listener(final @Nullable HostStreamListener hears) {
        listener = hears;
    }

    void accepted() {
        isConnected = true;
        scheduleApplication(script.reactionNs);
        if (script.resetAfterNs != HostScript.NEVER) {
            world.after(script.resetAfterNs, () -> fail(HostErrno.ECONNRESET));
        }
    }

    @Override
    public int send(final DirectBuffer buffer, final int offset, final int length) {
        enter("send", buffer, length);
        require(!isOutputShut, "send after shutdownOutput");
        if (error != 0) {
            final int answer = isErrorTold ? HostErrno.EPIPE : error;
            isErrorTold = true;
            return -answer;
        }
        final long room = script.sendCapacityBytes - (taken - read);
        if (room <= 0 || isHit(script.blockShare)) {
            isWriteAwaited = true;
            if (room > 0) {
                world.after(random.nextLong(1, 2_000_000), this::writable);
            }
            return HostErrno.WOULD_BLOCK;
        }
        int count = (int) Math.min(Math.min(length, sendLimit), room);
        if (isHit(script.partialShare)) {
            count = random.nextInt(1, count + 1);
        }
        final byte[] bytes = scratch(count);
        buffer.getBytes(offset, bytes, 0, count);
        final int wrong = Pattern.mismatch(fromGuestKey, taken, bytes, 0, count);
        require(wrong < 0, "byte " + (taken + wrong) + " towards the host is not what the guest sent");
        taken += count;
        scheduleApplication(script.reactionNs);
        return count;
    }

    @Override
    public int receive(final MutableDirectBuffer buffer, final int offset, final int length) {
        enter("receive", buffer, length);
        if (error != 0) {
            isErrorTold = true;
            return -error;
        }
        final long waiting = written - handed;
        if (waiting == 0 && isEndQueued) {
            return 0;
        }
        if (waiting == 0 || isHit(script.blockShare)) {
            isReadAwaited = true;
            if (waiting > 0) {
                world.after(random.nextLong(1, 2_000_000), this::readable);
            }
            return HostErrno.WOULD_BLOCK;
        }
        final int count = (int) Math.min(length, waiting);
        isReadAwaited |= count < length;
        final byte[] bytes = scratch(count);
        Pattern.fill(toGuestKey, handed, bytes, 0, count);
        buffer.putBytes(offset, bytes, 0, count);
        handed += count;
        scheduleApplication(script.reactionNs);
        return count;
    }

    @Override
    public void shutdownOutput() {
        require(!isGone(), "shutdownOutput after close");
        require(isConnected, "shutdownOutput before connected");
        require(!isOutputShut, "shutdownOutput twice");
        isOutputShut = true;
        scheduleApplication(script.reactionNs);
    }

    @Override
    public void close() {
        if (!isGone()) {
            isClosed = true;
            sockets.gone();
            scheduleApplication(script.reactionNs);
        }
    }

    @Override
    public void reset() {
        if (!isGone()) {
            isReset = true;
            sockets.gone();
        }
    }

    private void enter(final String call, final DirectBuffer buffer, final int length) {
        require(!isGone(), call + " after close");
        require(isConnected, call + " before connected");
        require(length > 0, call + " of " + length + " bytes");
        require(buffer.byteArray() == null, call + " with a buffer on the heap");
        if (++calls == script.breakAtCall) {
            fail(script.breakErrno);
        }
    }

    /// The application's turn.
    private void application() {
        isApplicationScheduled = false;
        if (!isConnected || isReset || error != 0) {
            return;
        }
        if (isReading && read < taken) {
            final long wanted = script.readChunkBytes == 0 ? Long.MAX_VALUE : script.readChunkBytes;
            read += Math.min(wanted, taken - read);
            writable();
            if (read < taken) {
                scheduleApplication(script.readIntervalNs);
            }
        }
        if (isClosed) {
            return;
        }
        if (script.resetAfterBytes != HostScript.NEVER && read >= script.resetAfterBytes) {
            fail(HostErrno.ECONNRESET);
            return;
        }
        produce();
        final boolean isSourceDone = written == target();
        final boolean isEnding = script.isEndingAfterSource || (script.isEndingAfterGuest && hasSeenEnd());
        if (!script.isManual && isEnding && isSourceDone && !isEndQueued && (!script.isEcho || hasSeenEnd())) {
            end();
        }
        if (isHit(script.spuriousShare)) {
            spurious();
        }
    }

    private void produce() {
        final long room = script.receiveCapacityBytes - (written - handed);
        long more = Math.min(target() - written, room);
        if (script.sourceChunkBytes != 0 && more > script.sourceChunkBytes) {
            more = script.sourceChunkBytes;
            scheduleApplication(script.sourceIntervalNs);
        }
        if (more > 0) {
            written += more;
            readable();
        }
    }

    private long target() {
        return script.isEcho ? read : sourceTarget;
    }

    /// Linux tells of room when a third of the buffer is free (sk_stream_is_writeable).
    private void writable() {
        if (isWriteAwaited && script.sendCapacityBytes - (taken - read) >= script.sendCapacityBytes / 3) {
            isWriteAwaited = false;
            ready(false, true, false);
        }
    }

    private void readable() {
        if (isReadAwaited && written > handed) {
            isReadAwaited = false;
            ready(true, false, false);
        }
    }

    private void ready(final boolean isReadable, final boolean isWritable, final boolean isHangup) {
        world.after(0, () -> tell(present -> present.onReady(isReadable, isWritable, isHangup)));
    }

    private void tell(final java.util.function.Consumer<HostStreamListener> event) {
        final HostStreamListener present = listener;
        if (present != null && !isGone()) {
            require(!isInCall, "an event inside an event");
            isInCall = true;
            event.accept(present);
            isInCall = false;
        }
    }

    private void scheduleApplication(final long delayNs) {
        if (!isApplicationScheduled) {
            isApplicationScheduled = true;
            world.after(delayNs, this::application);
        }
    }

    private boolean isHit(final int share) {
        return share > 0 && random.nextInt(1_000) < share;
    }

    private byte[] scratch(final int length) {
        if (scratch.length < length) {
            scratch = new byte[Math.max(length, 2 * scratch.length)];
        }
        return scratch;
    }

    private void require(final boolean condition, final String message) {
        if (!condition) {
            throw new AssertionError("host stream to port " + port + ": " + message);
        }
    }

    @Override
    public String toString() {
        return "host " + port + (isConnected ? " connected" : " connecting") + " taken " + taken + " read " + read
                + " written " + written + " handed " + handed + (isEndQueued ? " ended" : "")
                + (isOutputShut ? " output shut" : "") + (isClosed ? " closed" : "") + (isReset ? " reset" : "")
                + (error != 0 ? " errno " + error : "");
    }
}
