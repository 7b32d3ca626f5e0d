package dev.tailrace.perf.datagram;

import dev.tailrace.perf.libc.NativeCall;
import dev.tailrace.perf.libc.SocketCalls;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/// A UDP socket over IPv4 with UDP_SEGMENT for what it sends and UDP_GRO for what it receives. Structures as on
/// 64-bit Linux.
final class BatchSocket implements Wire {
    /// A client that gets this has one of its datagrams refused by the other host (ECONNREFUSED, errno.h).
    private static final int ECONNREFUSED = 111;

    private static final int EAGAIN = 11;
    private static final int SOCK_DGRAM = 2;
    private static final int SO_SNDBUF = 7;
    private static final int SO_RCVBUF = 8;
    private static final int SO_RCVTIMEO = 20;

    /// include/uapi/linux/udp.h
    private static final int SOL_UDP = 17;

    private static final int UDP_SEGMENT = 103;
    private static final int UDP_GRO = 104;

    /// `UDP_MAX_SEGMENTS`, include/linux/udp.h; newer kernels take 128.
    private static final int MAX_SEGMENTS = 64;

    private static final int MAX_SEND_BYTES = 65_507;

    /// The kernel gives as much of it as any user may have (net.core.rmem_max): one batch is a third of what a
    /// socket has by default.
    private static final int BUFFER_BYTES = 4 << 20;

    private static final long WAIT_MICROS = 100_000;

    /// `struct msghdr`, bits/socket.h: where its members are.
    private static final int MSGHDR_BYTES = 56;

    private static final int NAME = 0;
    private static final int NAME_LENGTH = 8;
    private static final int IOV = 16;
    private static final int IOV_COUNT = 24;
    private static final int CONTROL = 32;
    private static final int CONTROL_LENGTH = 40;

    /// `struct cmsghdr` with an int: length, level, type, the int, padding.
    private static final int CONTROL_BYTES = 24;

    private static final int CONTROL_LEVEL = 8;
    private static final int CONTROL_TYPE = 12;
    private static final int CONTROL_INT = 16;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final MethodHandle SEND = NativeCall.bind("send", LONG, INT, ValueLayout.ADDRESS, LONG, INT);
    private static final MethodHandle RECVMSG = NativeCall.bind("recvmsg", LONG, INT, ValueLayout.ADDRESS, INT);

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment state = NativeCall.state(arena);
    private final MemorySegment data = arena.allocate(MAX_SEND_BYTES);
    private final MemorySegment control = arena.allocate(CONTROL_BYTES, Long.BYTES);
    private final MemorySegment peer = arena.allocate(SocketCalls.SOCKADDR_IN_BYTES, Long.BYTES);
    private final MemorySegment header = arena.allocate(MSGHDR_BYTES, Long.BYTES);
    private final MemorySegment message = arena.allocate(Message.BYTES);
    private final ByteBuffer messageBuffer = message.asByteBuffer();
    private final ByteBuffer received;
    private final int socket;
    private final int datagramBytes;
    private final int batch;
    private final int token;
    private boolean connected;
    private int segmentBytes;

    private BatchSocket(final int datagramBytes, final int token) throws IOException {
        this.datagramBytes = datagramBytes;
        this.token = token;
        batch = Math.clamp(MAX_SEND_BYTES / datagramBytes, 1, MAX_SEGMENTS);
        for (int k = 0; k < batch; k++) {
            data.asByteBuffer().putLong(k * datagramBytes, Message.header(Message.Kind.DATA, token));
        }
        final MemorySegment buffer = arena.allocate(1 << 16);
        received = buffer.asByteBuffer();
        final MemorySegment vector = arena.allocate(2 * Long.BYTES, Long.BYTES);
        vector.set(LONG, 0, buffer.address());
        vector.set(LONG, Long.BYTES, buffer.byteSize());
        header.set(LONG, IOV, vector.address());
        header.set(LONG, IOV_COUNT, 1);
        header.set(LONG, NAME, peer.address());
        header.set(LONG, CONTROL, control.address());
        socket = SocketCalls.open(SOCK_DGRAM);
    }

    /// Receives from anyone, and sends to who greeted it.
    ///
    /// @param datagramBytes payload of each datagram of data
    /// @param token of the pair of programs
    static BatchSocket bound(final InetSocketAddress address, final int datagramBytes, final int token)
            throws IOException {
        return open(datagramBytes, token, made -> SocketCalls.bind(made.socket, address));
    }

    /// Receives from one address, and sends to it.
    static BatchSocket connected(final InetSocketAddress address, final int datagramBytes, final int token)
            throws IOException {
        return open(datagramBytes, token, made -> {
            SocketCalls.connect(made.socket, address);
            made.connected = true;
        });
    }

    private interface Opening {
        void open(BatchSocket made) throws IOException;
    }

    private static BatchSocket open(final int datagramBytes, final int token, final Opening opening)
            throws IOException {
        final BatchSocket made = new BatchSocket(datagramBytes, token);
        try {
            SocketCalls.option(made.socket, SocketCalls.SOL_SOCKET, SO_RCVBUF, BUFFER_BYTES);
            SocketCalls.option(made.socket, SocketCalls.SOL_SOCKET, SO_SNDBUF, BUFFER_BYTES);
            SocketCalls.option(made.socket, SOL_UDP, UDP_SEGMENT, datagramBytes);
            SocketCalls.option(made.socket, SOL_UDP, UDP_GRO, 1);
            SocketCalls.option(
                    made.socket, SocketCalls.SOL_SOCKET, SO_RCVTIMEO, made.arena.allocateFrom(LONG, 0, WAIT_MICROS));
            opening.open(made);
            return made;
        } catch (IOException failure) {
            made.close();
            throw failure;
        }
    }

    @Override
    public void sendBatch() throws IOException {
        send(data, (long) batch * datagramBytes);
    }

    @Override
    public int batchDatagrams() {
        return batch;
    }

    @Override
    public int datagramBytes() {
        return datagramBytes;
    }

    @Override
    public void send(final Message said) throws IOException {
        said.write(messageBuffer, token);
        send(message, Message.BYTES);
    }

    private void send(final MemorySegment bytes, final long length) throws IOException {
        NativeCall.call("send", state, errno -> (long) SEND.invokeExact(errno, socket, bytes, length, 0));
    }

    /// Of a socket that is not connected: connects it to who greets.
    @Override
    public int receive() throws IOException {
        header.set(INT, NAME_LENGTH, SocketCalls.SOCKADDR_IN_BYTES);
        header.set(LONG, CONTROL_LENGTH, CONTROL_BYTES);
        final int length;
        try {
            length = (int)
                    NativeCall.call("recvmsg", state, errno -> (long) RECVMSG.invokeExact(errno, socket, header, 0));
        } catch (NativeCall.CallException failure) {
            if (failure.errno() == EAGAIN) {
                return 0;
            }
            if (failure.errno() == ECONNREFUSED) {
                throw new IOException("nobody listens there any more", failure);
            }
            throw failure;
        }
        segmentBytes = segmentBytes(length);
        if (!connected && isGreeting(length)) {
            SocketCalls.connect(socket, peer);
            connected = true;
        }
        return length;
    }

    private boolean isGreeting(final int length) {
        return Message.read(received, 0, length, token)
                .filter(said -> said.kind() == Message.Kind.HELLO)
                .isPresent();
    }

    /// The kernel says it of several datagrams only.
    private int segmentBytes(final int length) {
        final boolean told = header.get(LONG, CONTROL_LENGTH) >= CONTROL_INT + Integer.BYTES
                && control.get(INT, CONTROL_LEVEL) == SOL_UDP
                && control.get(INT, CONTROL_TYPE) == UDP_GRO;
        return Math.max(1, told ? control.get(INT, CONTROL_INT) : length);
    }

    @Override
    public int segmentBytes() {
        return segmentBytes;
    }

    @Override
    public ByteBuffer received() {
        return received;
    }

    @Override
    public int token() {
        return token;
    }

    @Override
    public void close() throws IOException {
        SocketCalls.close(socket);
        arena.close();
    }
}
