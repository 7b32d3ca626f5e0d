package dev.tailrace.runtime.api;

import dev.tailrace.runtime.engine.Engine;
import dev.tailrace.runtime.engine.EngineException;
import dev.tailrace.runtime.engine.EngineException.Kind;
import dev.tailrace.runtime.engine.WorkerThreads;
import dev.tailrace.tapio.epoll.NettyLog;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Serves an engine's API on a unix socket, to the user it belongs to.
public final class ApiServer implements AutoCloseable {
    /// `sun_path` (unix(7)), with its terminating zero.
    private static final int MAXIMUM_PATH_BYTES = 107;

    private static final int MAXIMUM_LINE_BYTES = 64 * 1024;
    private static final int MAXIMUM_HEADERS_BYTES = 256 * 1024;
    private static final int CHUNK_BYTES = 64 * 1024;
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(64 * 1024, 256 * 1024);

    static {
        NettyLog.install();
    }

    private final Path socket;
    private final WorkerThreads workers = new WorkerThreads("api");
    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final ChannelGroup clients = new DefaultChannelGroup(loop.next(), true);
    private final Channel server;

    /// Listens from now on.
    ///
    /// @param socket to be made, mode 0600; one that nobody listens on is replaced
    /// @throws EngineException somebody listens there already, or it cannot be made
    public ApiServer(final Engine engine, final Path socket) {
        this(engine, Optional.empty(), socket);
    }

    /// @param transfers absent for an engine without registries
    public ApiServer(final Engine engine, final Optional<Transfers> transfers, final Path socket) {
        this.socket = socket;
        boolean isListening = false;
        try {
            clear(socket);
            server = listen(new Router(Routes.of(engine, transfers, workers)));
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
            isListening = true;
        } catch (final IOException e) {
            throw new EngineException(Kind.FAILED, "cannot listen on " + socket + ": " + e.getMessage(), e);
        } finally {
            if (!isListening) {
                stopThreads();
            }
        }
    }

    public Path socket() {
        return socket;
    }

    /// Stops listening, ends the connections, and then what was done for them, and removes the socket.
    @Override
    public void close() {
        server.close().syncUninterruptibly();
        try {
            Files.deleteIfExists(socket);
        } catch (final IOException e) {
            System.err.print("tailrace: cannot remove " + socket + ": " + e.getMessage() + "\n");
        }
        stopThreads();
    }

    private Channel listen(final Router router) throws IOException {
        final int ownUid = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        return new ServerBootstrap()
                .group(loop)
                .channel(EpollServerDomainSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 1024)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, oneReadAtATime())
                .childHandler(new ChannelInitializer<EpollDomainSocketChannel>() {
                    @Override
                    protected void initChannel(final EpollDomainSocketChannel channel) throws IOException {
                        final int uid = channel.peerCredentials().uid();
                        if (uid != ownUid && uid != 0) {
                            channel.close();
                            return;
                        }
                        clients.add(channel);
                        channel.pipeline().addLast(codec(), new Connection(router, workers));
                    }
                })
                .bind(new DomainSocketAddress(socket.toFile()))
                .syncUninterruptibly()
                .channel();
    }

    private static FixedRecvByteBufAllocator oneReadAtATime() {
        final FixedRecvByteBufAllocator allocator = new FixedRecvByteBufAllocator(CHUNK_BYTES);
        allocator.maxMessagesPerRead(1);
        return allocator;
    }

    private static HttpServerCodec codec() {
        return new HttpServerCodec(new HttpDecoderConfig()
                .setMaxInitialLineLength(MAXIMUM_LINE_BYTES)
                .setMaxHeaderSize(MAXIMUM_HEADERS_BYTES)
                .setMaxChunkSize(CHUNK_BYTES));
    }

    /// Makes way for a new socket.
    private static void clear(final Path socket) throws IOException {
        if (socket.toString().getBytes(StandardCharsets.UTF_8).length > MAXIMUM_PATH_BYTES) {
            throw new IOException("the path is longer than " + MAXIMUM_PATH_BYTES + " bytes");
        }
        if (!Files.exists(socket, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!Files.readAttributes(socket, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .isOther()) {
            throw new IOException("there is a file that is no socket");
        }
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.connect(UnixDomainSocketAddress.of(socket));
        } catch (final IOException e) {
            Files.delete(socket);
            return;
        }
        throw new IOException("another daemon listens there");
    }

    /// The loop last: a worker tells it that it is done.
    private void stopThreads() {
        clients.close().awaitUninterruptibly();
        workers.close();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
