package dev.tailrace.perf.server;

import dev.tailrace.perf.libc.NativeCall;
import dev.tailrace.perf.libc.SocketCalls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;

/// Accepts connections and carries them on to another address by splice(2), through a pipe of 256 KiB for each
/// direction: the bytes stay in the kernel. A thread for each direction.
public final class SpliceProxy {
    private static final int PIPE_BYTES = 1 << 18;

    /// iperf3 has one for control and one for data.
    private static final int CONNECTIONS_OF_PORT = 2;

    private static final int ARGUMENTS = 5;
    private static final int DIRECTIONS = 2;

    private final Pipes pipes;

    private SpliceProxy(final Pipes pipes) {
        this.pipes = pipes;
    }

    /// @param arguments own address and first port, those to connect to, and the number of ports; `ready` is
    /// written once it listens
    public static void main(final String[] arguments) throws IOException, InterruptedException {
        if (arguments.length != ARGUMENTS) {
            throw new IllegalArgumentException("usage: SpliceProxy ADDRESS PORT TO_ADDRESS TO_PORT COUNT");
        }
        final int port = Integer.parseInt(arguments[1]);
        final int targetPort = Integer.parseInt(arguments[3]);
        final int count = Integer.parseInt(arguments[4]);
        final SpliceProxy proxy = new SpliceProxy(new Pipes(count * CONNECTIONS_OF_PORT * DIRECTIONS, PIPE_BYTES));
        Thread last = Thread.currentThread();
        for (int k = 0; k < count; k++) {
            final int listener = LibC.listen(new InetSocketAddress(arguments[0], port + k));
            final InetSocketAddress target = new InetSocketAddress(arguments[2], targetPort + k);
            last = Thread.ofPlatform().start(() -> proxy.accept(listener, target));
        }
        System.out.println("ready");
        last.join();
    }

    private void accept(final int listener, final InetSocketAddress target) {
        while (true) {
            try {
                connect(LibC.accept(listener), target);
            } catch (IOException failure) {
                System.err.println("a connection to " + target + ": " + failure.getMessage());
            }
        }
    }

    private void connect(final int client, final InetSocketAddress target) throws IOException {
        final int server;
        try {
            server = LibC.connect(target);
        } catch (IOException failure) {
            SocketCalls.close(client);
            throw failure;
        }
        final AtomicInteger open = new AtomicInteger(DIRECTIONS);
        Thread.ofPlatform().start(() -> carry(client, server, open));
        Thread.ofPlatform().start(() -> carry(server, client, open));
    }

    /// One direction. The last of the two closes both sockets.
    private void carry(final int from, final int to, final AtomicInteger open) {
        try {
            splice(from, to);
        } catch (IOException failure) {
            System.err.println("carrying: " + failure.getMessage());
        }
        if (open.decrementAndGet() == 0) {
            close(from);
            close(to);
        }
    }

    private void splice(final int from, final int to) throws IOException {
        final int[] pipe;
        try {
            pipe = pipes.take();
        } catch (IOException failure) {
            endBoth(from, to);
            throw failure;
        }
        boolean isEmpty = false;
        try {
            // Nothing spliced is not always the end: the kernel may stop before data that it cannot move at once.
            for (long left = LibC.splice(from, pipe[1], PIPE_BYTES);
                    left > 0 || !LibC.isAtEnd(from);
                    left = LibC.splice(from, pipe[1], PIPE_BYTES)) {
                while (left > 0) {
                    left -= LibC.splice(pipe[0], to, left);
                }
            }
            isEmpty = true;
            LibC.shutdown(to, LibC.SHUT_WR);
        } catch (NativeCall.CallException failure) {
            // One side was reset: both are ended, so that the other direction ends too.
            endBoth(from, to);
            if (failure.errno() != LibC.EPIPE && failure.errno() != LibC.ECONNRESET) {
                throw failure;
            }
        } finally {
            if (isEmpty) {
                pipes.giveBack(pipe);
            } else {
                Pipes.throwAway(pipe);
            }
        }
    }

    private static void endBoth(final int one, final int other) {
        for (final int socket : new int[] {one, other}) {
            try {
                LibC.shutdown(socket, LibC.SHUT_RDWR);
            } catch (IOException ended) {
                // ENOTCONN: the peer has reset it already, which is what we want.
                continue;
            }
        }
    }

    private static void close(final int socket) {
        try {
            SocketCalls.close(socket);
        } catch (IOException failure) {
            System.err.println("closing a connection: " + failure.getMessage());
        }
    }
}
