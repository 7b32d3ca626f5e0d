package dev.tailrace.runtime.client;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;

/// Answers each request with bytes that the test has said, and keeps what it was asked.
public final class FakeEngine implements AutoCloseable {
    private final ServerSocketChannel server;
    private final Thread acceptor;
    private final Semaphore held = new Semaphore(1);
    private final Semaphore closed = new Semaphore(0);
    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();

    public FakeEngine(final Path socket) throws IOException {
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket));
        acceptor = Thread.ofPlatform().daemon().name("fake-engine").start(this::serve);
        answer("GET /_ping", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK");
    }

    /// @param request method and path, without the version
    /// @param bytes the whole answer; the connection is closed after it
    public FakeEngine answer(final String request, final String bytes) {
        answers.put(request, bytes);
        return this;
    }

    /// The same with a document.
    public FakeEngine answerJson(final String request, final int status, final String json) {
        final int length = json.getBytes(StandardCharsets.UTF_8).length;
        return answer(
                request,
                "HTTP/1.1 " + status + " Any\r\nContent-Type: application/json\r\nContent-Length: " + length
                        + "\r\n\r\n" + json);
    }

    /// Heads and bodies of what came, in order.
    public List<String> requests() {
        return List.copyOf(requests);
    }

    /// What came after the head of the request that begins so.
    public String bodyOf(final String request) {
        final String whole = requests.stream()
                .filter(it -> it.startsWith(request))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + request + " in " + requests));
        return whole.substring(whole.indexOf("\r\n\r\n") + 4);
    }

    /// From now on a connection stays open after its answer until [#hangUp].
    void holdBack() {
        held.drainPermits();
    }

    /// Closes what was held back, whatever has come meanwhile unread.
    void hangUp() throws InterruptedException {
        held.release();
        closed.acquire();
    }

    @Override
    public void close() throws IOException {
        server.close();
        try {
            acceptor.join(); // the kernel keeps the socket until the call in it is over
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve() {
        try {
            while (true) {
                final SocketChannel channel = server.accept();
                Thread.ofPlatform().daemon().start(() -> exchange(channel));
            }
        } catch (final ClosedChannelException e) {
            // The end of the test.
        } catch (final IOException e) {
            throw new AssertionError(e);
        }
    }

    private void exchange(final SocketChannel channel) {
        try (channel) {
            final String request = read(channel);
            final String line =
                    request.substring(0, request.indexOf(" HTTP/1.1")).replaceFirst(" /v1\\.51", " ");
            requests.add(request.replaceFirst(" /v1\\.51", " "));
            final String answer = answers.getOrDefault(
                    line, "HTTP/1.1 404 Not Found\r\n\r\n{\"message\":\"page not found: " + line + "\"}");
            Channels.newOutputStream(channel).write(answer.getBytes(StandardCharsets.UTF_8));
            held.acquireUninterruptibly();
            held.release();
        } catch (final IOException e) {
            requests.add("broken: " + e);
        } finally {
            closed.release();
        }
    }

    /// Head and body, as long as the head says, or to the last chunk.
    private static String read(final SocketChannel channel) throws IOException {
        final StringBuilder request = new StringBuilder();
        final ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
        while (!isWhole(request)) {
            buffer.clear();
            if (channel.read(buffer) < 0) {
                break;
            }
            request.append(new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8));
        }
        return request.toString();
    }

    private static boolean isWhole(final CharSequence request) {
        final String text = request.toString();
        final int end = text.indexOf("\r\n\r\n");
        if (end < 0) {
            return false;
        }
        if (text.contains("Transfer-Encoding: chunked")) {
            return text.endsWith("\r\n0\r\n\r\n");
        }
        final int length = text.indexOf("Content-Length: ");
        final int wanted = length < 0 || length > end
                ? 0
                : Integer.parseInt(text.substring(length + 16, text.indexOf('\r', length)));
        return text.substring(end + 4).getBytes(StandardCharsets.UTF_8).length >= wanted;
    }
}
