package dev.tailrace.perf.rtt;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/// A byte and its answer over TCP, by one connection for all or a new one for each.
final class TcpExchange implements Exchange {
    private final InetSocketAddress server;
    private final boolean reconnects;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(1);
    private @Nullable SocketChannel connection;

    TcpExchange(final InetSocketAddress server, final boolean reconnects) {
        this.server = server;
        this.reconnects = reconnects;
    }

    @Override
    public void ask() throws IOException {
        SocketChannel channel = connection;
        if (channel == null) {
            channel = SocketChannel.open(server);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            connection = channel;
        }
        buffer.clear();
        channel.write(buffer);
        buffer.clear();
        if (channel.read(buffer) != 1) {
            throw new EOFException("the server closed instead of answering");
        }
    }

    /// The server closes first: its end is awaited.
    @Override
    public void finish() throws IOException {
        final SocketChannel channel = connection;
        if (!reconnects || channel == null) {
            return;
        }
        buffer.clear();
        if (channel.read(buffer) >= 0) {
            throw new IOException("the server answered twice");
        }
        close();
    }

    @Override
    public void close() throws IOException {
        if (connection != null) {
            connection.close();
            connection = null;
        }
    }
}
