package dev.tailrace.tapio.epoll;

import static dev.tailrace.tapio.epoll.SocketConstants.IPPROTO_ICMP;
import static dev.tailrace.tapio.epoll.SocketConstants.IPPROTO_ICMPV6;
import static dev.tailrace.tapio.epoll.SocketConstants.IPV6_RECVERR;
import static dev.tailrace.tapio.epoll.SocketConstants.IP_BIND_ADDRESS_NO_PORT;
import static dev.tailrace.tapio.epoll.SocketConstants.IP_RECVERR;
import static dev.tailrace.tapio.epoll.SocketConstants.MSG_DONTWAIT;
import static dev.tailrace.tapio.epoll.SocketConstants.MSG_NOSIGNAL;
import static dev.tailrace.tapio.epoll.SocketConstants.SOCK_DGRAM;
import static dev.tailrace.tapio.epoll.SocketConstants.SOCK_STREAM;
import static dev.tailrace.tapio.epoll.SocketConstants.SOL_IP;
import static dev.tailrace.tapio.epoll.SocketConstants.SOL_IPV6;
import static dev.tailrace.tapio.epoll.SocketConstants.SOL_SOCKET;
import static dev.tailrace.tapio.epoll.SocketConstants.SOL_TCP;
import static dev.tailrace.tapio.epoll.SocketConstants.SOL_UDP;
import static dev.tailrace.tapio.epoll.SocketConstants.SO_KEEPALIVE;
import static dev.tailrace.tapio.epoll.SocketConstants.SO_OOBINLINE;
import static dev.tailrace.tapio.epoll.SocketConstants.SO_RCVBUF;
import static dev.tailrace.tapio.epoll.SocketConstants.SO_REUSEADDR;
import static dev.tailrace.tapio.epoll.SocketConstants.SO_SNDBUF;
import static dev.tailrace.tapio.epoll.SocketConstants.TCP_NODELAY;
import static dev.tailrace.tapio.epoll.SocketConstants.UDP_GRO;

import dev.tailrace.netstack.host.HostAcceptor;
import dev.tailrace.netstack.host.HostDatagram;
import dev.tailrace.netstack.host.HostDatagramListener;
import dev.tailrace.netstack.host.HostEcho;
import dev.tailrace.netstack.host.HostEchoListener;
import dev.tailrace.netstack.host.HostException;
import dev.tailrace.netstack.host.HostListener;
import dev.tailrace.netstack.host.HostSockets;
import dev.tailrace.netstack.host.HostStream;
import dev.tailrace.netstack.host.HostStreamListener;
import dev.tailrace.netstack.ip.Ipv6Network;
import dev.tailrace.netstack.ip.VirtualNetwork;
import dev.tailrace.netstack.status.Counters;
import dev.tailrace.netstack.wire.IpAddress;
import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.LinuxException;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Host sockets watched by an [EpollLoop], each of one family: an IPv6 socket has no part in IPv4.
///
/// An IPv6 link-local address (fe80::/10) is one of an interface, which these addresses cannot name. So none can be
/// connected to or bound (EINVAL); but clients of a port bound to `::` may have one, and are answered.
public final class EpollHostSockets implements HostSockets, AutoCloseable {
    private static final int NONE = -1;

    /// Accept queue asked for; the kernel cuts it to net.core.somaxconn.
    private static final int BACKLOG = 4096;

    /// Socket buffers asked for; the kernel cuts them to net.core.{r,w}mem_max. The default holds three
    /// super-segments.
    private static final int DATAGRAM_BUFFER_BYTES = 1 << 20;

    private static final int DATAGRAM = EpollLoop.IN | EpollLoop.EDGE_TRIGGERED;

    private final EpollLoop loop;
    private final EpollHostConfig config;
    private final Counters counters;
    private final SocketCalls calls = new SocketCalls();
    private final DatagramSender sender;
    private final DatagramReceiver receiver = new DatagramReceiver();
    private final ErrorQueue errorQueue = new ErrorQueue();
    private final OutgoingMessages single;
    private final List<Registration> waiting = new ArrayList<>();
    private int spare;
    private int lastErrno;

    /// @param loop watches the sockets; its thread owns this object
    public EpollHostSockets(final EpollLoop loop, final EpollHostConfig config, final Counters counters) {
        this.loop = loop;
        this.config = config;
        this.counters = counters;
        this.sender = new DatagramSender(config, counters);
        this.single = new OutgoingMessages(config, 1, 1);
        this.spare = calls.spareDescriptor();
    }

    @Override
    public @Nullable HostStream connect(
            final long addressHi, final long addressLo, final int port, final HostStreamListener listener) {
        final boolean ipv6 = !IpAddress.isIpv4(addressHi, addressLo);
        final int fd = calls.socket(ipv6, SOCK_STREAM, 0);
        if (fd < 0) {
            return refused(fd);
        }
        streamOptions(fd);
        if (config.hasSourceFor(addressHi, addressLo)) {
            // An IPv6 socket knows this option by IPv4's level only.
            calls.option(fd, SOL_IP, IP_BIND_ADDRESS_NO_PORT, 1);
            final int bound = calls.bind(fd, config.sourceHi(ipv6), config.sourceLo(ipv6), 0);
            if (bound < 0) {
                calls.close(fd);
                return refused(bound);
            }
        }
        final int loopbackPort = bindToLoopback(fd, addressHi, addressLo);
        if (loopbackPort < 0) {
            calls.close(fd);
            return refused(loopbackPort);
        }
        final EpollHostStream stream = new EpollHostStream(this, fd, true);
        stream.loopbackPort(loopbackPort);
        final int result = calls.connect(fd, addressHi, addressLo, port);
        if (result < 0 && result != -Errno.EINPROGRESS) {
            stream.connectErrno(-result);
        }
        stream.listener(listener);
        final Registration registration = watch(fd, EpollLoop.STREAM, stream);
        if (registration == null) {
            return null;
        }
        stream.registration(registration);
        return stream;
    }

    /// Has the port told before anybody can see the connection.
    ///
    /// @return the port; 0 if it is none of the loopback, or nobody wants to know; or a negated errno
    private int bindToLoopback(final int fd, final long addressHi, final long addressLo) {
        final OwnLoopbackPorts ports = config.loopbackPorts();
        if (ports == null || !VirtualNetwork.isLoopback(addressHi, addressLo)) {
            return 0;
        }
        final int bound =
                calls.bind(fd, addressHi, VirtualNetwork.loopbackLo(IpAddress.isIpv4(addressHi, addressLo)), 0);
        final int port = bound < 0 ? bound : calls.localPort(fd);
        if (port > 0) {
            ports.open(port);
        }
        return port;
    }

    @Override
    public @Nullable HostDatagram datagram(final boolean ipv6, final HostDatagramListener listener) {
        final int fd = calls.socket(ipv6, SOCK_DGRAM, 0);
        return fd < 0 ? refused(fd) : datagram(ipv6, fd, listener);
    }

    @Override
    public HostDatagram datagramBoundTo(
            final long addressHi, final long addressLo, final int port, final HostDatagramListener listener) {
        final int fd = boundSocket(SOCK_DGRAM, addressHi, addressLo, port);
        final boolean ipv6 = !IpAddress.isIpv4(addressHi, addressLo);
        final EpollHostDatagram datagram = datagram(ipv6, fd, listener);
        if (datagram == null) {
            throw failed("bind", addressHi, addressLo, port, -lastErrno);
        }
        return datagram;
    }

    @Override
    public @Nullable HostEcho echo(final boolean ipv6, final HostEchoListener listener) {
        final int fd = calls.socket(ipv6, SOCK_DGRAM, ipv6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP);
        if (fd < 0) {
            return refused(fd);
        }
        queueErrors(ipv6, fd);
        final EpollHostEcho echo = new EpollHostEcho(this, ipv6, fd, listener);
        final Registration registration = watch(fd, DATAGRAM, echo);
        if (registration == null) {
            return null;
        }
        echo.registration(registration);
        return echo;
    }

    @Override
    public HostListener listen(
            final long addressHi, final long addressLo, final int port, final HostAcceptor acceptor) {
        final int fd = boundSocket(SOCK_STREAM, addressHi, addressLo, port);
        final int result = calls.listen(fd, BACKLOG);
        if (result < 0) {
            calls.close(fd);
            throw failed("listen", addressHi, addressLo, port, result);
        }
        final EpollHostListener listener = new EpollHostListener(this, fd, acceptor);
        final Registration registration = watch(fd, DATAGRAM, listener);
        if (registration == null) {
            throw failed("listen", addressHi, addressLo, port, -lastErrno);
        }
        listener.registration(registration);
        return listener;
    }

    @Override
    public int lastErrno() {
        return lastErrno;
    }

    @Override
    public void flushDatagrams() {
        sender.flush();
    }

    /// Frees the memory that the sockets share. They are to be closed before.
    @Override
    public void close() {
        if (spare >= 0) {
            calls.close(spare);
            spare = NONE;
        }
        sender.close();
        receiver.close();
        errorQueue.close();
        single.close();
        calls.close();
    }

    SocketCalls calls() {
        return calls;
    }

    Counters counters() {
        return counters;
    }

    DatagramSender sender() {
        return sender;
    }

    DatagramReceiver receiver() {
        return receiver;
    }

    ErrorQueue errorQueue() {
        return errorQueue;
    }

    /// Makes a stream of an accepted connection, or closes it with RST and answers null. The options are inherited
    /// from the listening socket.
    @Nullable
    EpollHostStream adopt(final int fd) {
        final EpollHostStream stream = new EpollHostStream(this, fd, false);
        try {
            stream.registration(loop.register(fd, EpollLoop.STREAM, stream));
            return stream;
        } catch (final LinuxException e) {
            lastErrno = e.errno();
            stream.reset();
            return null;
        }
    }

    /// The socket of a port told by [#bindToLoopback] is closed.
    void loopbackPortClosed(final int port) {
        final OwnLoopbackPorts ports = config.loopbackPorts();
        if (ports != null && port > 0) {
            ports.close(port);
        }
    }

    /// Stops watching a socket, which is somebody else's now.
    void forget(final @Nullable Registration registration) {
        if (registration != null) {
            loop.deregister(registration);
        }
    }

    /// Stops watching a socket and closes it.
    void release(final int fd, final @Nullable Registration registration) {
        if (registration != null) {
            loop.deregister(registration);
        }
        calls.close(fd);
        if (spare < 0) {
            takeSpareBack();
        }
        if (!waiting.isEmpty()) {
            waiting.forEach(this::postpone);
            waiting.clear();
        }
    }

    /// Tells a handler next turn that it may go on.
    void postpone(final @Nullable Registration registration) {
        if (registration != null) {
            loop.postpone(registration, EpollLoop.IN);
        }
    }

    /// Tells a handler that it may go on once a socket has been closed.
    void retryWhenReleased(final @Nullable Registration registration) {
        if (registration != null && !waiting.contains(registration)) {
            waiting.add(registration);
        }
    }

    /// Gives the spare descriptor's place away.
    ///
    /// @return whether there was one
    boolean lendSpare() {
        if (spare < 0) {
            return false;
        }
        calls.close(spare);
        spare = NONE;
        return true;
    }

    void takeSpareBack() {
        spare = calls.spareDescriptor();
    }

    /// Sends one message now.
    ///
    /// @return 0 or `-errno`
    int sendOne(
            final int fd,
            final long payload,
            final int length,
            final long destinationHi,
            final long destinationLo,
            final int port,
            final int hopLimit) {
        single.clear();
        single.set(0, payload, length, 0, destinationHi, destinationLo, port, 0, hopLimit);
        final int flags = MSG_NOSIGNAL | MSG_DONTWAIT;
        long result = Syscall.call(SyscallNumber.SENDMSG, fd, single.headerAddress(0), flags);
        if (result < 0 && result != -Errno.EAGAIN) {
            // The socket's pending ICMP error is told, and cleared, in place of the result: ask once more.
            result = Syscall.call(SyscallNumber.SENDMSG, fd, single.headerAddress(0), flags);
        }
        return (int) Math.min(result, 0);
    }

    private @Nullable EpollHostDatagram datagram(
            final boolean ipv6, final int fd, final HostDatagramListener listener) {
        queueErrors(ipv6, fd);
        // Before Linux 5.0 there is no UDP_GRO: datagrams come one by one then.
        calls.option(fd, SOL_UDP, UDP_GRO, 1);
        calls.option(fd, SOL_SOCKET, SO_RCVBUF, DATAGRAM_BUFFER_BYTES);
        calls.option(fd, SOL_SOCKET, SO_SNDBUF, DATAGRAM_BUFFER_BYTES);
        final EpollHostDatagram datagram = new EpollHostDatagram(this, ipv6, fd, listener);
        final Registration registration = watch(fd, DATAGRAM, datagram);
        if (registration == null) {
            return null;
        }
        datagram.registration(registration);
        return datagram;
    }

    private void queueErrors(final boolean ipv6, final int fd) {
        calls.option(fd, ipv6 ? SOL_IPV6 : SOL_IP, ipv6 ? IPV6_RECVERR : IP_RECVERR, 1);
    }

    private void streamOptions(final int fd) {
        calls.option(fd, SOL_TCP, TCP_NODELAY, 1);
        calls.option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
        calls.option(fd, SOL_SOCKET, SO_OOBINLINE, 1);
    }

    private int boundSocket(final int type, final long addressHi, final long addressLo, final int port) {
        final int fd = calls.socket(!IpAddress.isIpv4(addressHi, addressLo), type, 0);
        if (fd < 0) {
            throw failed("bind", addressHi, addressLo, port, fd);
        }
        if (type == SOCK_STREAM) {
            calls.option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
            streamOptions(fd);
        }
        final int result = calls.bind(fd, addressHi, addressLo, port);
        if (result < 0) {
            calls.close(fd);
            throw failed("bind", addressHi, addressLo, port, result);
        }
        return fd;
    }

    /// Registers a socket, or closes it and answers null with [#lastErrno] set.
    private @Nullable Registration watch(final int fd, final int mask, final ReadyHandler handler) {
        try {
            return loop.register(fd, mask, handler);
        } catch (final LinuxException e) {
            lastErrno = e.errno();
            calls.close(fd);
            return null;
        }
    }

    private <T> @Nullable T refused(final int result) {
        lastErrno = -result;
        return null;
    }

    private static HostException failed(
            final String call, final long addressHi, final long addressLo, final int port, final int result) {
        final String address = IpAddress.format(addressHi, addressLo);
        final String place = IpAddress.isIpv4(addressHi, addressLo) ? address : "[" + address + "]";
        final String hint = Ipv6Network.isLinkLocal(addressHi) && result == -Errno.EINVAL
                ? " (a link-local address is one of an interface, which cannot be named here: bind [::])"
                : "";
        return new HostException(call + " " + place + ":" + port + ": " + Errno.name(-result) + hint, -result);
    }
}
