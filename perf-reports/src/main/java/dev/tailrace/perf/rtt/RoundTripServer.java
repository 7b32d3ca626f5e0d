package dev.tailrace.perf.rtt;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/// Answers each byte with a byte: a thread for each connection. Once only if it is to close, so that the port that
/// waits for late segments (TIME-WAIT) is the server's and clients do not run out of theirs.
public final class RoundTripServer {
    private static final int ARGUMENTS = 3;
    private static final int BACKLOG = 1024;

    private RoundTripServer() {}

    /// @param arguments address and port to listen on, and `rr` or `crr`; `ready` is written once it listens
    public static void main(final String[] arguments) throws IOException {
        if (arguments.length != ARGUMENTS) {
            throw new IllegalArgumentException("usage: RoundTripServer ADDRESS PORT rr|crr");
        }
        final boolean closes = arguments[2].equals("crr");
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            try {
                listener.bind(new InetSocketAddress(arguments[0], Integer.parseInt(arguments[1])), BACKLOG);
            } catch (IOException failure) {
                System.out.println(failure.getMessage());
                System.exit(1);
            }
            System.out.println("ready");
            while (true) {
                final SocketChannel connection = listener.accept();
                if (closes) {
                    // Short enough to be served by this thread, as a thread for each would be what is measured.
                    answer(connection, true);
                } else {
                    Thread.ofPlatform().daemon().start(() -> answer(connection, false));
                }
            }
        }
    }

    private static void answer(final SocketChannel connection, final boolean once) {
        final ByteBuffer buffer = ByteBuffer.allocateDirect(1);
        try (connection) {
            connection.setOption(StandardSocketOptions.TCP_NODELAY, true);
            while (connection.read(buffer) > 0) {
                buffer.flip();
                connection.write(buffer);
                buffer.clear();
                if (once) {
                    return;
                }
            }
        } catch (IOException failure) {
            System.err.println("a connection: " + failure.getMessage());
        }
    }
}
