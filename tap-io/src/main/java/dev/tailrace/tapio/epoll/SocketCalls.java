package dev.tailrace.tapio.epoll;

import static dev.tailrace.tapio.epoll.SocketConstants.IPV6_V6ONLY;
import static dev.tailrace.tapio.epoll.SocketConstants.SOCK_CLOEXEC;
import static dev.tailrace.tapio.epoll.SocketConstants.SOCK_NONBLOCK;
import static dev.tailrace.tapio.epoll.SocketConstants.SOL_IPV6;
import static dev.tailrace.tapio.epoll.SocketConstants.SOL_SOCKET;
import static dev.tailrace.tapio.epoll.SocketConstants.SO_ERROR;
import static dev.tailrace.tapio.epoll.SocketConstants.SO_LINGER;

import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;

/// System calls on sockets with their small arguments in one place outside the heap. Answers are raw: a result or
/// `-errno`. Owned by the loop's thread.
final class SocketCalls implements AutoCloseable {
    private static final int REGION_LENGTH = 128;

    private final Memory memory = Memory.region(REGION_LENGTH);
    private final long socketAddress = memory.allocate(SockaddrFlyweight.SPACE);
    private final long option = memory.allocate(2 * Integer.BYTES);
    private final long optionLength = memory.allocate(Integer.BYTES);
    private final int optionOffset = memory.offset(option);
    private final int optionLengthOffset = memory.offset(optionLength);
    private final SockaddrFlyweight sockaddr =
            new SockaddrFlyweight(memory.buffer()).wrap(memory.offset(socketAddress));

    /// A non-blocking socket that is closed on exec. One for IPv6 has nothing to do with IPv4: `::` and `0.0.0.0` can
    /// be bound beside each other, and no IPv4-mapped address comes from the kernel.
    int socket(final boolean ipv6, final int type, final int protocol) {
        final int family = ipv6 ? SockaddrFlyweight.AF_INET6 : SockaddrFlyweight.AF_INET;
        final int fd = (int) Syscall.call(SyscallNumber.SOCKET, family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
        if (ipv6 && fd >= 0) {
            option(fd, SOL_IPV6, IPV6_V6ONLY, 1);
        }
        return fd;
    }

    int bind(final int fd, final long hi, final long lo, final int port) {
        final int length = sockaddr.set(hi, lo, port, 0);
        return (int) Syscall.call(SyscallNumber.BIND, fd, socketAddress, length);
    }

    int connect(final int fd, final long hi, final long lo, final int port) {
        final int length = sockaddr.set(hi, lo, port, 0);
        return (int) Syscall.call(SyscallNumber.CONNECT, fd, socketAddress, length);
    }

    int listen(final int fd, final int backlog) {
        return (int) Syscall.call(SyscallNumber.LISTEN, fd, backlog);
    }

    /// Accepts one connection; its client is in [#peerHi], [#peerLo] and [#peerPort] until the next call.
    int accept(final int fd) {
        memory.buffer().putInt(optionLengthOffset, SockaddrFlyweight.MAX_LENGTH);
        return (int) Syscall.call(SyscallNumber.ACCEPT4, fd, socketAddress, optionLength, SOCK_NONBLOCK | SOCK_CLOEXEC);
    }

    long peerHi() {
        return sockaddr.hi();
    }

    long peerLo() {
        return sockaddr.lo();
    }

    int peerPort() {
        return sockaddr.port();
    }

    /// The bound port, 0 when unbound, or `-errno`.
    int localPort(final int fd) {
        memory.buffer().putInt(optionLengthOffset, SockaddrFlyweight.MAX_LENGTH);
        final int result = (int) Syscall.call(SyscallNumber.GETSOCKNAME, fd, socketAddress, optionLength);
        return result < 0 ? result : sockaddr.port();
    }

    int option(final int fd, final int level, final int name, final int value) {
        memory.buffer().putInt(optionOffset, value);
        return (int) Syscall.call(SyscallNumber.SETSOCKOPT, fd, level, name, option, Integer.BYTES);
    }

    /// Takes the error that a connection attempt ended with: positive errno, 0 for none.
    int takeError(final int fd) {
        memory.buffer().putInt(optionLengthOffset, Integer.BYTES);
        final int result = (int) Syscall.call(SyscallNumber.GETSOCKOPT, fd, SOL_SOCKET, SO_ERROR, option, optionLength);
        return result < 0 ? -result : memory.buffer().getInt(optionOffset);
    }

    int shutdown(final int fd, final int how) {
        return (int) Syscall.call(SyscallNumber.SHUTDOWN, fd, how);
    }

    /// Makes the coming [#close] send RST: `struct linger` with time 0.
    void lingerZero(final int fd) {
        memory.buffer().putInt(optionOffset, 1);
        memory.buffer().putInt(optionOffset + Integer.BYTES, 0);
        Syscall.call(SyscallNumber.SETSOCKOPT, fd, SOL_SOCKET, SO_LINGER, option, 2 * Integer.BYTES);
    }

    void close(final int fd) {
        Syscall.call(SyscallNumber.CLOSE, fd);
    }

    /// Something that takes one descriptor and costs little else; or `-errno`.
    int spareDescriptor() {
        return (int) Syscall.call(SyscallNumber.EVENTFD2, 0, SOCK_CLOEXEC);
    }

    /// Whether descriptors, of the process or of the system, have run out.
    static boolean isExhausted(final int result) {
        return result == -Errno.EMFILE || result == -Errno.ENFILE;
    }

    @Override
    public void close() {
        memory.close();
    }
}
