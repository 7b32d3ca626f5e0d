package dev.tailrace.runtime.relay;

import dev.tailrace.netstack.stack.ClientTaker;
import dev.tailrace.tapio.epoll.OwnLoopbackPorts;
import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.LinuxException;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;
import dev.tailrace.tapio.stub.Spawn;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/// Leads clients on the host's loopback to one container by sockets of the container's own network namespace, which
/// are bound to 127.0.0.1 or ::1 there: no other sender can have these addresses. A socket is of the namespace that
/// its maker is in, and a thread that has entered one cannot come back to the host's; so the relay has a thread.
///
/// Bytes pass through this process and two sockets. Half a connection's end is passed on, and so is a reset.
public final class LoopbackRelay implements AutoCloseable {
    private static final InetSocketAddress SOURCE4 = new InetSocketAddress("127.0.0.1", 0);
    private static final InetSocketAddress SOURCE6 = new InetSocketAddress("::1", 0);

    private final OwnLoopbackPorts guests;
    private final CompletableFuture<Void> entered = new CompletableFuture<>();
    private final EventLoopGroup loop;

    /// @param namespaceFd of the container's network; need not stay open
    /// @param guests clients on the loopback that are containers, and are not to be led this way
    /// @throws LinuxException the namespace cannot be entered
    public LoopbackRelay(final int namespaceFd, final OwnLoopbackPorts guests) {
        this.guests = guests;
        final ThreadFactory threads = work ->
                Thread.ofPlatform().name("tailrace-loopback").daemon().unstarted(() -> runIn(namespaceFd, work));
        loop = new MultiThreadIoEventLoopGroup(1, threads, EpollIoHandler.newFactory());
        loop.execute(() -> {});
        try {
            entered.join();
        } catch (final CompletionException e) {
            if (e.getCause() instanceof final LinuxException failure) {
                throw failure;
            }
            throw e;
        }
    }

    private void runIn(final int namespaceFd, final Runnable work) {
        try {
            Syscall.check(
                    Syscall.call(SyscallNumber.SETNS, namespaceFd, Spawn.CLONE_NEWNET), "setns(CLONE_NEWNET)", "");
        } catch (final LinuxException e) {
            entered.completeExceptionally(e);
            return;
        }
        entered.complete(null);
        work.run();
    }

    /// @param targets where the container may listen, in the order in which they are asked
    public ClientTaker taker(final List<InetSocketAddress> targets) {
        return (stream, peerHi, peerLo, peerPort) -> {
            if (guests.has(peerPort)) {
                return false;
            }
            final int fd = stream.detach();
            if (fd >= 0) {
                try {
                    loop.execute(() -> connect(fd, targets));
                } catch (final RejectedExecutionException e) {
                    // The container has just gone.
                    Fd.close(fd);
                }
            }
            return fd >= 0;
        };
    }

    private void connect(final int fd, final List<InetSocketAddress> targets) {
        if (loop.isShuttingDown()) {
            Fd.close(fd);
            return;
        }
        if (targets.isEmpty()) {
            RelayHandler.reset(client(fd, new RelayHandler()));
            return;
        }
        final InetSocketAddress target = targets.getFirst();
        final List<InetSocketAddress> rest = targets.subList(1, targets.size());
        final boolean isIpv4 = target.getAddress() instanceof Inet4Address;
        if (!isIpv4 && !Listeners.has(target.getPort())) {
            // It would wait for ever: the kernel loses the reset on its way from an address to ::1.
            connect(fd, rest);
            return;
        }
        final RelayHandler fromContainer = new RelayHandler();
        new Bootstrap()
                .group(loop)
                .channel(EpollSocketChannel.class)
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(EpollChannelOption.IP_BIND_ADDRESS_NO_PORT, true)
                .handler(fromContainer)
                .connect(target, isIpv4 ? SOURCE4 : SOURCE6)
                .addListener((final ChannelFuture connected) -> {
                    if (connected.isSuccess()) {
                        final RelayHandler fromClient = new RelayHandler();
                        fromClient.join(client(fd, fromClient), fromContainer, connected.channel());
                    } else {
                        connect(fd, rest);
                    }
                });
    }

    /// What the client has sent waits in the kernel until now.
    private Channel client(final int fd, final RelayHandler handler) {
        final EpollSocketChannel client = new EpollSocketChannel(fd);
        client.config().setAutoRead(false).setAllowHalfClosure(true).setTcpNoDelay(true);
        client.pipeline().addLast(handler);
        loop.register(client);
        return client;
    }

    /// Ends all connections. They and the thread are gone soon after.
    @Override
    public void close() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
