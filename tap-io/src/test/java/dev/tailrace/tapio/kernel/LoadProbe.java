package dev.tailrace.tapio.kernel;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Many flows at once, each with its traffic: the verbs of [Probe] that begin with `load-`.
final class LoadProbe {
    private static final int MESSAGE_BYTES = 16;
    private static final int BACKLOG = 4096;
    private static final long SECOND_NS = 1_000_000_000L;
    private static final long PATIENCE_NS = 5 * SECOND_NS;

    /// Connections begun and not answered, at most.
    private static final int CONNECTING = 128;

    String obey(final String verb, final List<String> words) throws IOException {
        final InetSocketAddress server = new InetSocketAddress(words.get(0), Integer.parseInt(words.get(1)));
        return switch (verb) {
            case "load-serve" -> serve(server);
            case "load-tcp" -> hold(server, true, Integer.parseInt(words.get(2)), Integer.parseInt(words.get(3)));
            case "load-udp" -> hold(server, false, Integer.parseInt(words.get(2)), Integer.parseInt(words.get(3)));
            default -> throw new IOException("no verb " + verb);
        };
    }

    /// Sends back what it gets over TCP and UDP, until the program ends.
    private static String serve(final InetSocketAddress address) throws IOException {
        final Selector selector = Selector.open();
        final ServerSocketChannel tcp = ServerSocketChannel.open();
        tcp.bind(address, BACKLOG).configureBlocking(false).register(selector, SelectionKey.OP_ACCEPT);
        final DatagramChannel udp = DatagramChannel.open();
        udp.setOption(java.net.StandardSocketOptions.SO_RCVBUF, 1 << 22);
        udp.bind(address).configureBlocking(false).register(selector, SelectionKey.OP_READ);
        Thread.ofPlatform().daemon().start(() -> echo(selector, tcp, udp));
        return "";
    }

    private static void echo(final Selector selector, final ServerSocketChannel tcp, final DatagramChannel udp) {
        final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 16);
        while (true) {
            try {
                selector.select(key -> {
                    try {
                        if (key.channel() == tcp) {
                            accept(selector, tcp);
                        } else if (key.channel() == udp) {
                            answer(udp, buffer);
                        } else if (!answer((SocketChannel) key.channel(), buffer)) {
                            key.channel().close();
                        }
                    } catch (final IOException e) {
                        key.cancel();
                    }
                });
            } catch (final IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static void accept(final Selector selector, final ServerSocketChannel tcp) throws IOException {
        for (SocketChannel client = tcp.accept(); client != null; client = tcp.accept()) {
            client.configureBlocking(false).register(selector, SelectionKey.OP_READ);
        }
    }

    private static void answer(final DatagramChannel udp, final ByteBuffer buffer) throws IOException {
        for (var from = udp.receive(buffer.clear()); from != null; from = udp.receive(buffer.clear())) {
            udp.send(buffer.flip(), from);
        }
    }

    private static boolean answer(final SocketChannel client, final ByteBuffer buffer) throws IOException {
        final int read = client.read(buffer.clear());
        if (read > 0) {
            client.write(buffer.flip());
        }
        return read >= 0;
    }

    /// Opens `count` flows, has each carry a message a second for `seconds`, and closes them.
    ///
    /// @return flows that were opened, messages sent and answered, and the 99th percentile of connecting in us
    private static String hold(final InetSocketAddress server, final boolean isTcp, final int count, final int seconds)
            throws IOException {
        try (Selector selector = Selector.open()) {
            final List<AbstractSelectableChannel> flows = new ArrayList<>(count);
            final long[] connectNs = new long[count];
            open(selector, server, isTcp, flows, connectNs);
            final int[] answered = new int[1];
            int sent = 0;
            final long startNs = System.nanoTime();
            for (int second = 0; second < seconds; second++) {
                for (int index = 0; index < count; index++) {
                    send(flows.get(index), second, index);
                    sent++;
                    if (index % 64 == 0) {
                        read(selector, answered, 0);
                    }
                }
                final long nextNs = startNs + (second + 1) * SECOND_NS;
                while (System.nanoTime() - nextNs < 0) {
                    read(selector, answered, 10);
                }
            }
            final long deadlineNs = System.nanoTime() + PATIENCE_NS;
            while (answered[0] < sent && System.nanoTime() - deadlineNs < 0) {
                read(selector, answered, 100);
            }
            for (final AbstractSelectableChannel flow : flows) {
                flow.close();
            }
            Arrays.sort(connectNs);
            return flows.size() + " " + sent + " " + answered[0] + " " + connectNs[count * 99 / 100] / 1000;
        }
    }

    private static void open(
            final Selector selector,
            final InetSocketAddress server,
            final boolean isTcp,
            final List<AbstractSelectableChannel> flows,
            final long[] connectNs)
            throws IOException {
        final int[] pending = new int[1];
        final int[] done = new int[1];
        final long deadlineNs = System.nanoTime() + PATIENCE_NS + connectNs.length * 10_000_000L;
        while (done[0] < connectNs.length) {
            while (flows.size() < connectNs.length && pending[0] < CONNECTING) {
                if (isTcp) {
                    final SocketChannel channel = SocketChannel.open();
                    channel.configureBlocking(false);
                    channel.register(selector, SelectionKey.OP_CONNECT, System.nanoTime());
                    channel.connect(server);
                    pending[0]++;
                    flows.add(channel);
                } else {
                    final DatagramChannel channel = DatagramChannel.open();
                    channel.connect(server).configureBlocking(false);
                    channel.register(selector, SelectionKey.OP_READ);
                    done[0]++;
                    flows.add(channel);
                }
            }
            if (System.nanoTime() - deadlineNs > 0) {
                throw new IOException(done[0] + " of " + connectNs.length + " connections were made in time");
            }
            final IOException[] failure = new IOException[1];
            selector.select(
                    key -> {
                        try {
                            if (key.isConnectable() && ((SocketChannel) key.channel()).finishConnect()) {
                                connectNs[done[0]++] = System.nanoTime() - (Long) key.attachment();
                                pending[0]--;
                                key.interestOps(SelectionKey.OP_READ);
                            }
                        } catch (final IOException e) {
                            failure[0] = e;
                            key.cancel();
                        }
                    },
                    isTcp ? 100 : 1);
            if (failure[0] != null) {
                throw failure[0];
            }
        }
    }

    private static void send(final SelectableChannel flow, final int second, final int index) throws IOException {
        final ByteBuffer message = ByteBuffer.allocate(MESSAGE_BYTES);
        message.putInt(second).putInt(index).position(0).limit(MESSAGE_BYTES);
        if (flow instanceof final SocketChannel tcp) {
            tcp.write(message);
        } else {
            ((DatagramChannel) flow).write(message);
        }
    }

    private static void read(final Selector selector, final int[] answered, final int waitMs) throws IOException {
        final IOException[] failure = new IOException[1];
        final ByteBuffer buffer = ByteBuffer.allocate(1 << 12);
        final java.util.function.Consumer<SelectionKey> take = key -> {
            try {
                final int read = key.channel() instanceof final SocketChannel tcp
                        ? tcp.read(buffer.clear())
                        : ((DatagramChannel) key.channel()).read(buffer.clear());
                if (read < 0) {
                    throw new IOException("the server ended a connection");
                }
                answered[0] += read / MESSAGE_BYTES;
            } catch (final IOException e) {
                failure[0] = e;
                key.cancel();
            }
        };
        if (waitMs == 0) {
            selector.selectNow(take);
        } else {
            selector.select(take, waitMs);
        }
        if (failure[0] != null) {
            throw failure[0];
        }
    }
}
