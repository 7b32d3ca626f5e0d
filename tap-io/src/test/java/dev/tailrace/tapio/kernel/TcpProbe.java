package dev.tailrace.tapio.kernel;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// TCP sockets by name; see [Probe].
final class TcpProbe {
    private static final int BACKLOG = 1000;
    private static final int CHUNK_BYTES = 64 * 1024;

    private final Map<String, ServerSocket> listeners = new ConcurrentHashMap<>();
    private final Map<String, Socket> sockets = new ConcurrentHashMap<>();

    String obey(final String verb, final List<String> a) throws IOException, InterruptedException {
        return switch (verb) {
            case "listen" -> listen(a.get(0), address(a, 1));
            case "accept" -> accept(a.get(0), a.get(1));
            case "connect" -> connect(a.get(0), address(a, 1));
            case "send" -> "" + send(socket(a.get(0)), number(a.get(1)), number(a.get(2)));
            case "receive" ->
                ""
                        + receive(
                                socket(a.get(0)),
                                new Pattern(number(a.get(1)), a.size() > 3 ? number(a.get(3)) : 0),
                                number(a.get(2)));
            case "drain" -> "" + receive(socket(a.get(0)), new Pattern(number(a.get(1)), 0), Long.MAX_VALUE);
            case "skip" -> "" + socket(a.get(0)).getInputStream().transferTo(OutputStream.nullOutputStream());
            case "finish" -> {
                socket(a.get(0)).shutdownOutput();
                yield "";
            }
            case "reset" -> {
                socket(a.get(0)).setSoLinger(true, 0);
                socket(a.get(0)).close();
                yield "";
            }
            case "close" -> {
                socket(a.get(0)).close();
                yield "";
            }
            case "close-listener" -> {
                listeners.get(a.get(0)).close();
                yield "";
            }
            case "serve-many" -> serveMany(listeners.get(a.get(0)), (int) number(a.get(1)), number(a.get(2)));
            case "connect-many" -> connectMany(address(a, 0), (int) number(a.get(2)), number(a.get(3)));
            default -> throw new IOException("unknown verb " + verb);
        };
    }

    private String listen(final String name, final InetSocketAddress address) throws IOException {
        final ServerSocket listener = new ServerSocket();
        listener.setReuseAddress(true);
        listener.bind(address, BACKLOG);
        listeners.put(name, listener);
        return "";
    }

    private String accept(final String listener, final String name) throws IOException {
        final Socket socket = listeners.get(listener).accept();
        sockets.put(name, socket);
        return socket.getInetAddress().getHostAddress();
    }

    private String connect(final String name, final InetSocketAddress address) throws IOException {
        final Socket socket = new Socket();
        socket.connect(address);
        sockets.put(name, socket);
        return socket.getLocalAddress().getHostAddress();
    }

    private Socket socket(final String name) throws IOException {
        final Socket socket = sockets.get(name);
        if (socket == null) {
            throw new IOException("no socket " + name);
        }
        return socket;
    }

    private static long send(final Socket socket, final long seed, final long count) throws IOException {
        final Pattern pattern = new Pattern(seed, 0);
        final byte[] chunk = new byte[CHUNK_BYTES];
        final OutputStream out = socket.getOutputStream();
        while (pattern.position() < count) {
            final int length = (int) Math.min(chunk.length, count - pattern.position());
            pattern.fill(chunk, length);
            out.write(chunk, 0, length);
        }
        return pattern.position();
    }

    /// Takes `most` bytes, or all until the end of the stream.
    private static long receive(final Socket socket, final Pattern pattern, final long most) throws IOException {
        final byte[] chunk = new byte[CHUNK_BYTES];
        final InputStream in = socket.getInputStream();
        long received = 0;
        while (received < most) {
            final int length = in.read(chunk, 0, (int) Math.min(chunk.length, most - received));
            if (length < 0) {
                break;
            }
            final int wrong = pattern.mismatch(chunk, length);
            if (wrong >= 0) {
                throw new IOException("wrong byte at " + (received + wrong) + " of " + received + " to " + length);
            }
            received += length;
        }
        return received;
    }

    /// Each connection says its number, then both sides send `count` bytes of a pattern at once and end the direction.
    private static String serveMany(final ServerSocket listener, final int connections, final long count)
            throws IOException, InterruptedException {
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            final List<Future<Long>> all = new ArrayList<>();
            for (int i = 0; i < connections; i++) {
                final Socket socket = listener.accept();
                all.add(threads.submit(() -> {
                    try (socket) {
                        final int number = new DataInputStream(socket.getInputStream()).readInt();
                        return exchange(socket, number, ~number, count);
                    }
                }));
            }
            return "" + sum(all);
        }
    }

    private static String connectMany(final InetSocketAddress address, final int connections, final long count)
            throws IOException, InterruptedException {
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            final List<Future<Long>> all = new ArrayList<>();
            for (int i = 0; i < connections; i++) {
                final int number = i;
                all.add(threads.submit(() -> {
                    try (Socket socket = new Socket()) {
                        socket.connect(address);
                        new DataOutputStream(socket.getOutputStream()).writeInt(number);
                        return exchange(socket, ~number, number, count);
                    }
                }));
            }
            return "" + sum(all);
        }
    }

    private static long exchange(final Socket socket, final long incoming, final long outgoing, final long count)
            throws IOException, InterruptedException {
        final IOException[] failure = new IOException[1];
        final Thread sender = Thread.ofVirtual().start(() -> {
            try {
                send(socket, outgoing, count);
                socket.shutdownOutput();
            } catch (final IOException e) {
                failure[0] = e;
            }
        });
        final long received = receive(socket, new Pattern(incoming, 0), Long.MAX_VALUE);
        sender.join();
        if (failure[0] != null) {
            throw failure[0];
        }
        if (received != count) {
            throw new IOException("received " + received + " of " + count + " bytes");
        }
        return received;
    }

    private static long sum(final List<Future<Long>> all) throws IOException, InterruptedException {
        long sum = 0;
        for (int i = 0; i < all.size(); i++) {
            try {
                sum += all.get(i).get();
            } catch (final ExecutionException e) {
                throw new IOException("connection " + i + ": " + e.getCause(), e);
            }
        }
        return sum;
    }

    static InetSocketAddress address(final List<String> arguments, final int from) throws IOException {
        return new InetSocketAddress(
                InetAddress.getByName(arguments.get(from)), Integer.parseInt(arguments.get(from + 1)));
    }

    private static long number(final String text) {
        return Long.parseLong(text);
    }
}
