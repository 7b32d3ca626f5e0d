package dev.tailrace.perf.server;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.net.Inet4Address;
import java.net.InetSocketAddress;

/// The calls of the C library that a splicing proxy needs, on descriptors. Each throws with the call's name and
/// errno.
@SuppressWarnings("restricted") // the one place that calls native code
final class LibC {
    static final int SHUT_WR = 1;
    static final int SHUT_RDWR = 2;

    /// include/uapi/asm-generic/errno-base.h
    static final int EPIPE = 32;

    /// include/uapi/asm-generic/errno.h
    static final int ECONNRESET = 104;

    private static final int AF_INET = 2;
    private static final int SOCK_STREAM_CLOEXEC = 1 | 0x80000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_REUSEADDR = 2;
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_NODELAY = 1;
    private static final int O_CLOEXEC = 0x80000;
    private static final int F_SETPIPE_SZ = 1031;
    private static final int SPLICE_F_MOVE = 1;
    private static final int BACKLOG = 64;

    /// `struct sockaddr_in`: family, port, address, padding.
    private static final int SOCKADDR_IN_BYTES = 16;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

    private static final MethodHandle SOCKET = bind("socket", INT, INT, INT, INT);
    private static final MethodHandle SETSOCKOPT = bind("setsockopt", INT, INT, INT, INT, ValueLayout.ADDRESS, INT);
    private static final MethodHandle BIND = bind("bind", INT, INT, ValueLayout.ADDRESS, INT);
    private static final MethodHandle LISTEN = bind("listen", INT, INT, INT);
    private static final MethodHandle ACCEPT4 =
            bind("accept4", INT, INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS, INT);
    private static final MethodHandle CONNECT = bind("connect", INT, INT, ValueLayout.ADDRESS, INT);
    private static final MethodHandle SHUTDOWN = bind("shutdown", INT, INT, INT);
    private static final MethodHandle CLOSE = bind("close", INT, INT);
    private static final MethodHandle PIPE2 = bind("pipe2", INT, ValueLayout.ADDRESS, INT);
    private static final MethodHandle FCNTL = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("fcntl"),
            FunctionDescriptor.of(INT, INT, INT, INT),
            Linker.Option.firstVariadicArg(2),
            Linker.Option.captureCallState("errno"));
    private static final MethodHandle SPLICE =
            bind("splice", LONG, INT, ValueLayout.ADDRESS, INT, ValueLayout.ADDRESS, LONG, INT);

    private static final MethodHandle RECV = bind("recv", LONG, INT, ValueLayout.ADDRESS, LONG, INT);
    private static final int MSG_PEEK = 2;

    private LibC() {}

    /// Whether the peer has ended and all it sent was taken; waits until that is known.
    static boolean isAtEnd(final int socket) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment one = arena.allocate(1);
            return call("recv", state -> (long) RECV.invokeExact(state, socket, one, 1L, MSG_PEEK)) == 0;
        }
    }

    /// A call failed.
    static final class CallException extends IOException {
        private static final long serialVersionUID = 1L;

        private final int errno;

        CallException(final String call, final int errno) {
            super("%s: errno %d".formatted(call, errno));
            this.errno = errno;
        }

        int errno() {
            return errno;
        }
    }

    private static MethodHandle bind(final String name, final MemoryLayout result, final MemoryLayout... arguments) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(result, arguments),
                Linker.Option.captureCallState("errno"));
    }

    /// A native call with the arguments that its handle wants.
    private interface Call {
        long with(MemorySegment state) throws Throwable;
    }

    private static long call(final String name, final Call call) throws CallException {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment state = arena.allocate(STATE);
            final long result = call.with(state);
            if (result < 0) {
                throw new CallException(name, (int) ERRNO.get(state, 0L));
            }
            return result;
        } catch (CallException failure) {
            throw failure;
        } catch (Throwable impossible) {
            throw new IllegalStateException(name, impossible);
        }
    }

    static int listen(final InetSocketAddress address) throws IOException {
        final int socket = socket();
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment place = sockaddr(arena, address);
            option(socket, SOL_SOCKET, SO_REUSEADDR);
            call("bind", state -> (int) BIND.invokeExact(state, socket, place, SOCKADDR_IN_BYTES));
            call("listen", state -> (int) LISTEN.invokeExact(state, socket, BACKLOG));
            return socket;
        } catch (CallException failure) {
            close(socket);
            throw failure;
        }
    }

    static int accept(final int listener) throws IOException {
        final int socket = (int) call("accept", state ->
                (int) ACCEPT4.invokeExact(state, listener, MemorySegment.NULL, MemorySegment.NULL, O_CLOEXEC));
        option(socket, IPPROTO_TCP, TCP_NODELAY);
        return socket;
    }

    static int connect(final InetSocketAddress address) throws IOException {
        final int socket = socket();
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment place = sockaddr(arena, address);
            call("connect", state -> (int) CONNECT.invokeExact(state, socket, place, SOCKADDR_IN_BYTES));
            option(socket, IPPROTO_TCP, TCP_NODELAY);
            return socket;
        } catch (CallException failure) {
            close(socket);
            throw failure;
        }
    }

    private static int socket() throws IOException {
        return (int) call("socket", state -> (int) SOCKET.invokeExact(state, AF_INET, SOCK_STREAM_CLOEXEC, 0));
    }

    private static void option(final int socket, final int level, final int name) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment one = arena.allocateFrom(INT, 1);
            call("setsockopt", state -> (int) SETSOCKOPT.invokeExact(state, socket, level, name, one, Integer.BYTES));
        }
    }

    private static MemorySegment sockaddr(final Arena arena, final InetSocketAddress address) {
        if (!(address.getAddress() instanceof Inet4Address)) {
            throw new IllegalArgumentException(address + " is no IPv4 address");
        }
        final MemorySegment place = arena.allocate(SOCKADDR_IN_BYTES, Integer.BYTES);
        place.set(ValueLayout.JAVA_SHORT, 0, (short) AF_INET);
        place.set(ValueLayout.JAVA_BYTE, 2, (byte) (address.getPort() >> Byte.SIZE));
        place.set(ValueLayout.JAVA_BYTE, 3, (byte) address.getPort());
        MemorySegment.copy(address.getAddress().getAddress(), 0, place, ValueLayout.JAVA_BYTE, 4, 4);
        return place;
    }

    /// @return the end to read from and the end to write to
    static int[] pipe(final int bytes) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment ends = arena.allocate(INT, 2);
            call("pipe2", state -> (int) PIPE2.invokeExact(state, ends, O_CLOEXEC));
            final int[] pipe = ends.toArray(INT);
            call("fcntl(F_SETPIPE_SZ)", state -> (int) FCNTL.invokeExact(state, pipe[1], F_SETPIPE_SZ, bytes));
            return pipe;
        }
    }

    /// Moves up to so many bytes; waits for the first.
    ///
    /// @return 0 at the end of the input
    static long splice(final int from, final int to, final long bytes) throws IOException {
        return call("splice", state -> (long)
                SPLICE.invokeExact(state, from, MemorySegment.NULL, to, MemorySegment.NULL, bytes, SPLICE_F_MOVE));
    }

    static void shutdown(final int socket, final int how) throws IOException {
        call("shutdown", state -> (int) SHUTDOWN.invokeExact(state, socket, how));
    }

    static void close(final int descriptor) throws IOException {
        call("close", state -> (int) CLOSE.invokeExact(state, descriptor));
    }
}
