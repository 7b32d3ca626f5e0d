package dev.tailrace.tapio.kernel;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// More than anybody needs: the verbs of [Probe] that begin with `flood-`.
final class FloodProbe {
    /// Attempts to connect that are kept at a time, so that some are sent again.
    private static final int ATTEMPTS = 4_000;

    /// As many as a busy machine takes: a queue that overflows loses what others send, too.
    private static final int ATTEMPTS_PER_SECOND = 5_000;

    private static final int LAST_PORT = 65_535;
    private static final int HOSTS = 254;
    private static final long SECOND_NS = 1_000_000_000L;

    private volatile boolean isStopping;

    String obey(final String verb, final List<String> words) throws IOException {
        if (verb.equals("flood-stop")) {
            isStopping = true;
            return "";
        }
        final InetAddress address = InetAddress.getByName(words.get(0));
        final int number = Integer.parseInt(words.get(1));
        return switch (verb) {
            case "flood-syn" -> "" + connect(address, number, Integer.parseInt(words.get(2)));
            case "flood-udp-from" ->
                "" + sendFromAllPorts(new InetSocketAddress(address, number), Integer.parseInt(words.get(2)));
            case "flood-udp-to" -> "" + sendToAllPorts(address, number);
            default -> throw new IOException("no verb " + verb);
        };
    }

    /// Begins connections until told to stop, or for `seconds`, and gives them up: to one address, or to all of
    /// its network when `step` is 1.
    ///
    /// @return how many
    private int connect(final InetAddress address, final int seconds, final int step) throws IOException {
        final ArrayDeque<SocketChannel> attempts = new ArrayDeque<>();
        final long endNs = System.nanoTime() + seconds * SECOND_NS;
        isStopping = false;
        final byte[] target = address.getAddress();
        final long beginNs = System.nanoTime();
        int count = 0;
        while (!isStopping && System.nanoTime() - endNs < 0) {
            final long aheadNs = beginNs + count * SECOND_NS / ATTEMPTS_PER_SECOND - System.nanoTime();
            if (aheadNs > 0) {
                LockSupport.parkNanos(aheadNs);
            }
            target[3] = (byte) (1 + count * step % HOSTS);
            final SocketChannel attempt = SocketChannel.open();
            attempts.add(attempt);
            attempt.configureBlocking(false);
            attempt.connect(new InetSocketAddress(InetAddress.getByAddress(target), 1 + count % LAST_PORT));
            count++;
            if (attempts.size() > ATTEMPTS) {
                attempts.remove().close();
            }
        }
        for (final SocketChannel attempt : attempts) {
            attempt.close();
        }
        return count;
    }

    /// Sends a datagram from each port that is free, up to `last`.
    ///
    /// @return how many
    private static int sendFromAllPorts(final InetSocketAddress target, final int last) throws IOException {
        int count = 0;
        for (int port = 1; port <= last; port++) {
            try (DatagramChannel channel = DatagramChannel.open()) {
                channel.bind(new InetSocketAddress(port));
                count += channel.send(ByteBuffer.allocate(1), target);
            } catch (final BindException e) {
                // Somebody else's: the next one.
                continue;
            }
        }
        return count;
    }

    /// Sends a datagram to each port, a number of times.
    ///
    /// @return how many
    private static int sendToAllPorts(final InetAddress target, final int times) throws IOException {
        int count = 0;
        try (DatagramChannel channel = DatagramChannel.open()) {
            for (int port = 1; port <= LAST_PORT; port++) {
                for (int time = 0; time < times; time++) {
                    count += channel.send(ByteBuffer.allocate(1), new InetSocketAddress(target, port));
                }
            }
        }
        return count;
    }
}
