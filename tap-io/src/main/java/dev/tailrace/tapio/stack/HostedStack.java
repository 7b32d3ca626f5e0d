package dev.tailrace.tapio.stack;

import dev.tailrace.netstack.dns.LocalNames;
import dev.tailrace.netstack.ip.VirtualNetwork;
import dev.tailrace.netstack.link.LinkDevice;
import dev.tailrace.netstack.memory.Slab;
import dev.tailrace.netstack.stack.NetworkStack;
import dev.tailrace.netstack.stack.StackConfig;
import dev.tailrace.netstack.status.Counters;
import dev.tailrace.netstack.tcp.TcpConfig;
import dev.tailrace.netstack.udp.UdpConfig;
import dev.tailrace.tapio.epoll.EpollHostConfig;
import dev.tailrace.tapio.epoll.EpollHostSockets;
import dev.tailrace.tapio.epoll.EpollLoop;
import dev.tailrace.tapio.epoll.FileHostResolver;
import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;

/// A [NetworkStack] with all that it needs of the host but the link. Owned by the loop's thread.
public final class HostedStack implements AutoCloseable {
    /// Payload memory for one guest: with the JVM's own it stays below 96 MiB.
    public static final int GUEST_MEMORY_BYTES = 20 * Slab.LARGEST_BLOCK_LENGTH;

    private static final int SECRET_LENGTH = 2 * Long.BYTES;

    private final EpollHostSockets sockets;
    private final FileHostResolver resolver = new FileHostResolver(FileHostResolver.SYSTEM_PATH);
    private final PayloadMemory payload;
    private final Memory area = Memory.region(NetworkStack.MIN_READ_AREA_LENGTH);
    private final NetworkStack stack;

    /// @param link stays the caller's
    /// @param config see [#config]
    /// @param memoryBytes for payload that waits, a multiple of [Slab#LARGEST_BLOCK_LENGTH]
    public HostedStack(
            final EpollLoop loop,
            final LinkDevice link,
            final StackConfig config,
            final EpollHostConfig hostConfig,
            final int memoryBytes,
            final Counters counters) {
        this(loop, link, config, hostConfig, LocalNames.NONE, memoryBytes, counters);
    }

    /// @param link stays the caller's
    /// @param config see [#config]
    /// @param names that the network's name server answers for itself
    /// @param memoryBytes for payload that waits, a multiple of [Slab#LARGEST_BLOCK_LENGTH]
    public HostedStack(
            final EpollLoop loop,
            final LinkDevice link,
            final StackConfig config,
            final EpollHostConfig hostConfig,
            final LocalNames names,
            final int memoryBytes,
            final Counters counters) {
        sockets = new EpollHostSockets(loop, hostConfig, counters);
        payload = new PayloadMemory(memoryBytes);
        stack = new NetworkStack(config, link, sockets, resolver, names, payload, area.buffer(), counters);
    }

    /// A configuration with a secret of the kernel's.
    ///
    /// @param isFirst whether the stack speaks for the network: see [StackConfig]
    public static StackConfig config(
            final VirtualNetwork network, final TcpConfig tcp, final UdpConfig udp, final boolean isFirst) {
        try (Memory secret = Memory.region(SECRET_LENGTH)) {
            Syscall.check(Syscall.call(SyscallNumber.GETRANDOM, secret.address(), SECRET_LENGTH, 0), "getrandom", "");
            return new StackConfig(
                    network,
                    tcp,
                    udp,
                    isFirst,
                    secret.buffer().getLong(0),
                    secret.buffer().getLong(Long.BYTES));
        }
    }

    /// The stack itself.
    public NetworkStack stack() {
        return stack;
    }

    /// Ends all flows by RST and frees everything.
    @Override
    public void close() {
        try {
            stack.close(System.nanoTime());
        } finally {
            area.close();
            payload.close();
            resolver.close();
            sockets.close();
        }
    }
}
