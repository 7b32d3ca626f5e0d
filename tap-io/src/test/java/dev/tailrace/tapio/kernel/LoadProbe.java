package dev.tailrace.tapio.kernel;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Many flows at once, each with its traffic: the verbs of [Probe] that begin with `load-`.
final class LoadProbe {
    private static final int MESSAGE_BYTES = 16;
    private static final int BACKLOG = 4096;
    private static final long SECOND_NS = 1_000_000_000L;

    /// Of a guest that sends again what its own queue had no place for, ever later.
    private static final long PATIENCE_NS = 60 * SECOND_NS;
    private static final int LATENCY_TIMEOUT_MS = 10_000;

    /// Connections begun and not answered, at most.
    private static final int CONNECTING = 128;

    /// Messages sent at once: a queue on the way takes more.
    private static final int BURST = 50;

    /// A flow of [#hold]: how it is known to the server's echo, and what has come back.
    private static final class Flow {
        final int number;
        final SelectableChannel channel;
        final ByteBuffer incoming = ByteBuffer.allocate(MESSAGE_BYTES);
        long begunNs;
        int answered;

        Flow(final int number, final SelectableChannel channel) {
            this.number = number;
            this.channel = channel;
        }
    }

    String obey(final String verb, final List<String> words) throws IOException {
        final InetSocketAddress server = new InetSocketAddress(words.get(0), Integer.parseInt(words.get(1)));
        return switch (verb) {
            case "load-serve" -> serve(server);
            case "load-tcp" -> hold(server, true, Integer.parseInt(words.get(2)), Integer.parseInt(words.get(3)));
            case "load-udp" -> hold(server, false, Integer.parseInt(words.get(2)), Integer.parseInt(words.get(3)));
            case "load-connect" -> connect(server, Integer.parseInt(words.get(2)));
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
                        // The client has reset it: the others go on.
                        close(key.channel());
                    }
                });
            } catch (final IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static void close(final SelectableChannel channel) {
        try {
            channel.close();
        } catch (final IOException e) {
            System.err.println("close: " + e);
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
    /// @return flows that were opened and had an answer, messages sent and answered, and the 99th percentile of
    ///     connecting in us
    private static String hold(final InetSocketAddress server, final boolean isTcp, final int count, final int seconds)
            throws IOException {
        try (Selector selector = Selector.open()) {
            final List<Flow> flows = new ArrayList<>(count);
            final long[] connectNs = new long[count];
            open(selector, server, isTcp, flows, connectNs);
            final long sent = (long) count * seconds;
            final long startNs = System.nanoTime();
            for (long message = 0; message < sent; message++) {
                final long dueNs = startNs + message / BURST * BURST * SECOND_NS / count;
                while (System.nanoTime() - dueNs < 0) {
                    read(selector, Math.max(1, (dueNs - System.nanoTime()) / 1_000_000));
                }
                send(flows.get((int) (message % count)), (int) (message / count));
                if (message % BURST == 0) {
                    read(selector, 0);
                }
            }
            final long deadlineNs = System.nanoTime() + PATIENCE_NS;
            while (answered(flows) < sent && System.nanoTime() - deadlineNs < 0) {
                read(selector, 100);
            }
            for (final Flow flow : flows) {
                flow.channel.close();
            }
            Arrays.sort(connectNs);
            return flows.stream().filter(flow -> flow.answered > 0).count() + " " + sent + " " + answered(flows) + " "
                    + connectNs[count * 99 / 100] / 1000;
        }
    }

    private static long answered(final List<Flow> flows) {
        return flows.stream().mapToLong(flow -> flow.answered).sum();
    }

    private static void open(
            final Selector selector,
            final InetSocketAddress server,
            final boolean isTcp,
            final List<Flow> flows,
            final long[] connectNs)
            throws IOException {
        final int[] done = new int[1];
        final long deadlineNs = System.nanoTime() + PATIENCE_NS + connectNs.length * 10_000_000L;
        while (done[0] < connectNs.length) {
            while (flows.size() < connectNs.length && flows.size() - done[0] < CONNECTING) {
                final Flow flow = new Flow(flows.size(), isTcp ? SocketChannel.open() : DatagramChannel.open());
                flows.add(flow);
                flow.channel.configureBlocking(false);
                flow.begunNs = System.nanoTime();
                if (flow.channel instanceof final SocketChannel tcp) {
                    tcp.register(selector, SelectionKey.OP_CONNECT, flow);
                    tcp.connect(server);
                } else {
                    ((DatagramChannel) flow.channel).connect(server);
                    flow.channel.register(selector, SelectionKey.OP_READ, flow);
                    done[0]++;
                }
            }
            if (System.nanoTime() - deadlineNs > 0) {
                throw new IOException(done[0] + " of " + connectNs.length + " connections were made in time");
            }
            select(selector, isTcp ? 100 : 1, key -> {
                if (key.isConnectable() && ((SocketChannel) key.channel()).finishConnect()) {
                    connectNs[done[0]++] = System.nanoTime() - ((Flow) key.attachment()).begunNs;
                    key.interestOps(SelectionKey.OP_READ);
                }
            });
        }
    }

    private static void send(final Flow flow, final int second) throws IOException {
        final ByteBuffer message = ByteBuffer.allocate(MESSAGE_BYTES);
        message.putInt(second).putInt(flow.number).putLong(~flow.number).flip();
        if (((ByteChannel) flow.channel).write(message) != MESSAGE_BYTES) {
            throw new IOException("flow " + flow.number + " takes no message");
        }
    }

    private static void read(final Selector selector, final long waitMs) throws IOException {
        select(selector, waitMs, key -> take((Flow) key.attachment()));
    }

    /// TCP answers every message, in order; of datagrams some may be lost.
    private static void take(final Flow flow) throws IOException {
        final boolean isTcp = flow.channel instanceof SocketChannel;
        final ByteBuffer message = flow.incoming;
        while (true) {
            final int read = ((ByteChannel) flow.channel).read(message);
            if (read < 0) {
                throw new IOException("the server ended connection " + flow.number);
            }
            if (message.hasRemaining()) {
                return;
            }
            message.flip();
            final int second = message.getInt();
            final int number = message.getInt();
            if (number != flow.number || message.getLong() != ~number || (isTcp && second != flow.answered)) {
                throw new IOException("flow " + flow.number + " got message " + second + " of flow " + number);
            }
            flow.answered++;
            message.clear();
        }
    }

    /// What is done with a key that is ready.
    private interface Action {
        void on(SelectionKey key) throws IOException;
    }

    private static void select(final Selector selector, final long waitMs, final Action action) throws IOException {
        final IOException[] failure = new IOException[1];
        final java.util.function.Consumer<SelectionKey> each = key -> {
            try {
                action.on(key);
            } catch (final IOException e) {
                failure[0] = e;
                key.cancel();
            }
        };
        if (waitMs == 0) {
            selector.selectNow(each);
        } else {
            selector.select(each, waitMs);
        }
        if (failure[0] != null) {
            throw failure[0];
        }
    }

    /// Makes connections one after another, each with a message and its answer.
    ///
    /// @return median, 99th percentile and most of the times to connect, in us
    private static String connect(final InetSocketAddress server, final int count) throws IOException {
        final long[] connectNs = new long[count];
        final byte[] message = new byte[MESSAGE_BYTES];
        for (int index = 0; index < count; index++) {
            try (Socket socket = new Socket()) {
                final long beginNs = System.nanoTime();
                socket.connect(server, LATENCY_TIMEOUT_MS);
                connectNs[index] = System.nanoTime() - beginNs;
                socket.setSoTimeout(LATENCY_TIMEOUT_MS);
                Arrays.fill(message, (byte) index);
                socket.getOutputStream().write(message);
                if (!Arrays.equals(socket.getInputStream().readNBytes(MESSAGE_BYTES), message)) {
                    throw new IOException("connection " + index + " does not answer what it was asked");
                }
            }
        }
        Arrays.sort(connectNs);
        return connectNs[count / 2] / 1000 + " " + connectNs[count * 99 / 100] / 1000 + " "
                + connectNs[count - 1] / 1000;
    }
}
