package dev.tailrace.perf.server;

import dev.tailrace.perf.libc.NativeCall;
import dev.tailrace.perf.libc.SocketCalls;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.InetSocketAddress;

/// The calls of the C library that a splicing proxy needs, on descriptors, beside those of all
/// sockets. Each throws with its name and what went wrong.
final class LibC {
    static final int SHUT_WR = 1;
    static final int SHUT_RDWR = 2;

    /// include/uapi/asm-generic/errno-base.h
    static final int EPIPE = 32;

    /// include/uapi/asm-generic/errno.h
    static final int ECONNRESET = 104;

    private static final int SOCK_STREAM = 1;
    private static final int SO_REUSEADDR = 2;
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_NODELAY = 1;
    private static final int O_CLOEXEC = 0x80000;
    private static final int F_SETPIPE_SZ = 1031;
    private static final int SPLICE_F_MOVE = 1;
    private static final int BACKLOG = 64;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

    private static final MethodHandle LISTEN = NativeCall.bind("listen", INT, INT, INT);
    private static final MethodHandle ACCEPT4 =
            NativeCall.bind("accept4", INT, INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS, INT);
    private static final MethodHandle SHUTDOWN = NativeCall.bind("shutdown", INT, INT, INT);
    private static final MethodHandle PIPE2 = NativeCall.bind("pipe2", INT, ValueLayout.ADDRESS, INT);
    private static final MethodHandle FCNTL = NativeCall.bindVariadic("fcntl", 2, INT, INT, INT, INT);
    private static final MethodHandle SPLICE =
            NativeCall.bind("splice", LONG, INT, ValueLayout.ADDRESS, INT, ValueLayout.ADDRESS, LONG, INT);

    private static final MethodHandle RECV = NativeCall.bind("recv", LONG, INT, ValueLayout.ADDRESS, LONG, INT);
    private static final int MSG_PEEK = 2;

    private LibC() {}

    /// Whether the peer has ended and all it sent was taken; waits until that is known.
    static boolean isAtEnd(final int socket) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment one = arena.allocate(1);
            return NativeCall.call("recv", state -> (long) RECV.invokeExact(state, socket, one, 1L, MSG_PEEK)) == 0;
        }
    }

    static int listen(final InetSocketAddress address) throws IOException {
        final int socket = SocketCalls.open(SOCK_STREAM);
        try {
            SocketCalls.option(socket, SocketCalls.SOL_SOCKET, SO_REUSEADDR, 1);
            SocketCalls.bind(socket, address);
            NativeCall.call("listen", state -> (int) LISTEN.invokeExact(state, socket, BACKLOG));
            return socket;
        } catch (NativeCall.CallException failure) {
            SocketCalls.close(socket);
            throw failure;
        }
    }

    static int accept(final int listener) throws IOException {
        final int socket = (int) NativeCall.call("accept", state ->
                (int) ACCEPT4.invokeExact(state, listener, MemorySegment.NULL, MemorySegment.NULL, O_CLOEXEC));
        SocketCalls.option(socket, IPPROTO_TCP, TCP_NODELAY, 1);
        return socket;
    }

    static int connect(final InetSocketAddress address) throws IOException {
        final int socket = SocketCalls.open(SOCK_STREAM);
        try {
            SocketCalls.connect(socket, address);
            SocketCalls.option(socket, IPPROTO_TCP, TCP_NODELAY, 1);
            return socket;
        } catch (NativeCall.CallException failure) {
            SocketCalls.close(socket);
            throw failure;
        }
    }

    /// @return the end to read from and the end to write to
    static int[] pipe(final int bytes) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment ends = arena.allocate(INT, 2);
            NativeCall.call("pipe2", state -> (int) PIPE2.invokeExact(state, ends, O_CLOEXEC));
            final int[] pipe = ends.toArray(INT);
            NativeCall.call(
                    "fcntl(F_SETPIPE_SZ)", state -> (int) FCNTL.invokeExact(state, pipe[1], F_SETPIPE_SZ, bytes));
            return pipe;
        }
    }

    /// Moves up to so many bytes; waits for the first.
    ///
    /// @return 0 at the end of the input
    static long splice(final int from, final int to, final long bytes) throws IOException {
        return NativeCall.call("splice", state -> (long)
                SPLICE.invokeExact(state, from, MemorySegment.NULL, to, MemorySegment.NULL, bytes, SPLICE_F_MOVE));
    }

    static void shutdown(final int socket, final int how) throws IOException {
        NativeCall.call("shutdown", state -> (int) SHUTDOWN.invokeExact(state, socket, how));
    }
}
