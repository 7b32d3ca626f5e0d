package dev.tailrace.perf.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/// Accepts connections and carries them on to another address: a thread and a buffer of 64 KiB for each direction.
public final class CopyProxy {
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int ARGUMENTS = 5;

    private CopyProxy() {}

    /// @param arguments own address and first port, those to connect to, and the number of ports; `ready` is
    /// written once it listens
    public static void main(final String[] arguments) throws IOException, InterruptedException {
        if (arguments.length != ARGUMENTS) {
            throw new IllegalArgumentException("usage: CopyProxy ADDRESS PORT TO_ADDRESS TO_PORT COUNT");
        }
        final int port = Integer.parseInt(arguments[1]);
        final int targetPort = Integer.parseInt(arguments[3]);
        Thread last = Thread.currentThread();
        for (int k = 0; k < Integer.parseInt(arguments[4]); k++) {
            final ServerSocketChannel listener =
                    ServerSocketChannel.open().bind(new InetSocketAddress(arguments[0], port + k));
            final InetSocketAddress target = new InetSocketAddress(arguments[2], targetPort + k);
            last = Thread.ofPlatform().start(() -> accept(listener, target));
        }
        System.out.println("ready");
        last.join();
    }

    private static void accept(final ServerSocketChannel listener, final InetSocketAddress target) {
        try (listener) {
            while (true) {
                connect(listener.accept(), target);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("accepting for " + target, failure);
        }
    }

    private static void connect(final SocketChannel client, final InetSocketAddress target) throws IOException {
        final SocketChannel server;
        try {
            server = SocketChannel.open(target);
        } catch (IOException failure) {
            System.err.println("connecting to " + target + ": " + failure.getMessage());
            client.close();
            return;
        }
        client.setOption(StandardSocketOptions.TCP_NODELAY, true);
        server.setOption(StandardSocketOptions.TCP_NODELAY, true);
        Thread.ofPlatform().start(() -> copy(client, server));
        Thread.ofPlatform().start(() -> copy(server, client));
    }

    /// Until the end of the input, which is passed on as a half-close.
    private static void copy(final SocketChannel from, final SocketChannel to) {
        final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
        try {
            while (from.read(buffer) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    to.write(buffer);
                }
                buffer.clear();
            }
            to.shutdownOutput();
        } catch (IOException failure) {
            // One side was reset: the other side learns it the same way.
            closeBoth(from, to);
        }
    }

    private static void closeBoth(final SocketChannel one, final SocketChannel other) {
        try (one;
                other) {
            one.setOption(StandardSocketOptions.SO_LINGER, 0);
            other.setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException failure) {
            System.err.println("closing a connection: " + failure.getMessage());
        }
    }
}
