package dev.tailrace.tapio.kernel;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/// Connections whose reader does not read until it is told to: the verbs of [Probe] that begin with `slow-`.
final class SlowProbe {
    private static final int BACKLOG = 4096;
    private static final int CHUNK_BYTES = 16 * 1024;
    private static final int NUMBER_BYTES = Integer.BYTES;

    private final List<SocketChannel> opened = new ArrayList<>();

    /// A connection of the server: first its number comes in, then the bytes of that pattern go out.
    private static final class Source {
        final ByteBuffer number = ByteBuffer.allocate(NUMBER_BYTES);
        final ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES).limit(0);
        Pattern pattern;
    }

    String obey(final String verb, final List<String> words) throws IOException {
        return switch (verb) {
            case "slow-serve" ->
                serve(
                        new InetSocketAddress(words.get(0), Integer.parseInt(words.get(1))),
                        Integer.parseInt(words.get(2)));
            case "slow-open" ->
                open(
                        new InetSocketAddress(words.get(0), Integer.parseInt(words.get(1))),
                        Integer.parseInt(words.get(2)));
            case "slow-read" -> "" + read();
            default -> throw new IOException("no verb " + verb);
        };
    }

    /// Sends `bytes` on each connection as fast as they are taken, then ends it; until the program ends.
    private static String serve(final InetSocketAddress address, final int bytes) throws IOException {
        final Selector selector = Selector.open();
        final ServerSocketChannel listener = ServerSocketChannel.open();
        listener.bind(address, BACKLOG).configureBlocking(false).register(selector, SelectionKey.OP_ACCEPT);
        Thread.ofPlatform().daemon().start(() -> {
            try {
                while (true) {
                    selector.select(key -> turn(selector, key, bytes));
                }
            } catch (final IOException e) {
                throw new IllegalStateException(e);
            }
        });
        return "";
    }

    private static void turn(final Selector selector, final SelectionKey key, final int bytes) {
        try {
            if (key.channel() instanceof final ServerSocketChannel listener) {
                for (SocketChannel client = listener.accept(); client != null; client = listener.accept()) {
                    client.configureBlocking(false).register(selector, SelectionKey.OP_READ, new Source());
                }
                return;
            }
            final SocketChannel client = (SocketChannel) key.channel();
            final Source source = (Source) key.attachment();
            if (source.number.hasRemaining()) {
                client.read(source.number);
                if (!source.number.hasRemaining()) {
                    source.pattern = new Pattern(source.number.getInt(0), 0);
                    key.interestOps(SelectionKey.OP_WRITE);
                }
            } else if (!write(client, source, bytes)) {
                client.close();
            }
        } catch (final IOException e) {
            key.cancel();
            System.err.println("slow-serve: " + e);
        }
    }

    /// @return whether there is more to write
    private static boolean write(final SocketChannel client, final Source source, final int bytes) throws IOException {
        if (!source.chunk.hasRemaining()) {
            final int length = (int) Math.min(CHUNK_BYTES, bytes - source.pattern.position());
            source.pattern.fill(source.chunk.array(), length);
            source.chunk.position(0).limit(length);
        }
        client.write(source.chunk);
        return source.chunk.hasRemaining() || source.pattern.position() < bytes;
    }

    /// Opens connections and says each one's number.
    private String open(final InetSocketAddress address, final int count) throws IOException {
        for (int number = 0; number < count; number++) {
            final SocketChannel channel = SocketChannel.open(address);
            channel.write(ByteBuffer.allocate(NUMBER_BYTES).putInt(number).flip());
            opened.add(channel);
        }
        return "";
    }

    /// Reads all connections to their ends and looks at every byte.
    ///
    /// @return how many bytes
    private long read() throws IOException {
        final ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
        long sum = 0;
        try (Selector selector = Selector.open()) {
            for (int number = 0; number < opened.size(); number++) {
                opened.get(number).configureBlocking(false);
                opened.get(number).register(selector, SelectionKey.OP_READ, new Pattern(number, 0));
            }
            while (!selector.keys().isEmpty()) {
                selector.select();
                for (final SelectionKey key : selector.selectedKeys()) {
                    sum += read((SocketChannel) key.channel(), (Pattern) key.attachment(), chunk.clear());
                }
                selector.selectedKeys().clear();
                // A key goes with its channel, in the selection after.
                selector.selectNow();
            }
        }
        opened.clear();
        return sum;
    }

    private static int read(final SocketChannel channel, final Pattern pattern, final ByteBuffer chunk)
            throws IOException {
        final int length = channel.read(chunk);
        if (length < 0) {
            channel.close();
            return 0;
        }
        if (pattern.mismatch(chunk.array(), length) >= 0) {
            throw new IOException("wrong byte before " + pattern.position() + " of " + channel);
        }
        return length;
    }
}
