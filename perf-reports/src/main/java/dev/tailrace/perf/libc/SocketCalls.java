package dev.tailrace.perf.libc;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.Inet4Address;
import java.net.InetSocketAddress;

/// Sockets of IPv4 as descriptors. Each call throws with its name and what went wrong.
public final class SocketCalls {
    /// include/uapi/asm-generic/socket.h
    public static final int SOL_SOCKET = 1;

    /// `struct sockaddr_in`, ip(7): family, port, address, padding.
    public static final int SOCKADDR_IN_BYTES = 16;

    private static final int AF_INET = 2;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final MethodHandle SOCKET = NativeCall.bind("socket", INT, INT, INT, INT);
    private static final MethodHandle SETSOCKOPT =
            NativeCall.bind("setsockopt", INT, INT, INT, INT, ValueLayout.ADDRESS, INT);
    private static final MethodHandle BIND = NativeCall.bind("bind", INT, INT, ValueLayout.ADDRESS, INT);
    private static final MethodHandle CONNECT = NativeCall.bind("connect", INT, INT, ValueLayout.ADDRESS, INT);
    private static final MethodHandle CLOSE = NativeCall.bind("close", INT, INT);

    private SocketCalls() {}

    /// @param type `SOCK_STREAM` or `SOCK_DGRAM`, without flags
    /// @return a descriptor that no program of ours inherits
    public static int open(final int type) throws IOException {
        return (int)
                NativeCall.call("socket", state -> (int) SOCKET.invokeExact(state, AF_INET, type | SOCK_CLOEXEC, 0));
    }

    public static void option(final int socket, final int level, final int name, final int value) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            option(socket, level, name, arena.allocateFrom(ValueLayout.JAVA_INT, value));
        }
    }

    /// @param value all of it
    public static void option(final int socket, final int level, final int name, final MemorySegment value)
            throws IOException {
        NativeCall.call("setsockopt", state ->
                (int) SETSOCKOPT.invokeExact(state, socket, level, name, value, (int) value.byteSize()));
    }

    public static void bind(final int socket, final InetSocketAddress address) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment place = sockaddr(arena, address);
            NativeCall.call("bind", state -> (int) BIND.invokeExact(state, socket, place, SOCKADDR_IN_BYTES));
        }
    }

    public static void connect(final int socket, final InetSocketAddress address) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            connect(socket, sockaddr(arena, address));
        }
    }

    /// @param address a `struct sockaddr_in`
    public static void connect(final int socket, final MemorySegment address) throws IOException {
        NativeCall.call("connect", state -> (int) CONNECT.invokeExact(state, socket, address, SOCKADDR_IN_BYTES));
    }

    public static void close(final int descriptor) throws IOException {
        NativeCall.call("close", state -> (int) CLOSE.invokeExact(state, descriptor));
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
}
