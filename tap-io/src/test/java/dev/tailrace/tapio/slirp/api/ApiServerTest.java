package dev.tailrace.tapio.slirp.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.netstack.ip.VirtualNetwork;
import dev.tailrace.tapio.epoll.EpollLoop;
import dev.tailrace.tapio.linux.LinuxException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Client and server share a thread: the client is non-blocking, and the clock is ours.
@Timeout(30)
class ApiServerTest {
    private static final String LIST = "{\"execute\":\"list_hostfwd\"}";
    private static final String EMPTY_LIST = "{\"return\":{\"entries\":[]},\"entries\":[]}";
    private static final long TURN_NS = TimeUnit.MILLISECONDS.toNanos(100);

    @TempDir
    Path directory;

    private final EpollLoop loop = new EpollLoop();
    private final FakeForwards forwards = new FakeForwards();
    private final List<String> log = new ArrayList<>();
    private Path path;
    private ApiServer server;
    private long nowNs = -5;

    @BeforeEach
    void listen() {
        path = directory.resolve("api");
        final VirtualNetwork network = new VirtualNetwork(0x0a000200, 24, 1500, 0, true, true);
        server = new ApiServer(loop, path.toString(), new ApiHandler(forwards, network, log::add), log::add);
    }

    @AfterEach
    void close() {
        server.close();
        loop.close();
    }

    @Test
    void shouldAnswerWithoutWaitingForTheEndOfTheStream() throws IOException {
        try (SocketChannel client = connect()) {
            write(client, LIST);
            assertEquals(EMPTY_LIST, readToEnd(client));
        }
        assertEquals(List.of("apifd event", "api_handler: got request: " + LIST), log);
    }

    @Test
    void shouldAnswerARequestInPieces() throws IOException {
        try (SocketChannel client = connect()) {
            for (final String piece : LIST.split("")) {
                write(client, piece);
                turn();
            }
            assertEquals(EMPTY_LIST, readToEnd(client));
        }
    }

    @Test
    void shouldAnswerAnEmptyRequest() throws IOException {
        try (SocketChannel client = connect()) {
            client.shutdownOutput();
            assertEquals("{\"error\":{\"desc\":\"bad request: cannot parse JSON\"}}", readToEnd(client));
        }
    }

    @Test
    void shouldAnswerHalfARequestAtTheEndOfTheStream() throws IOException {
        try (SocketChannel client = connect()) {
            write(client, "{\"execute\":");
            client.shutdownOutput();
            assertEquals("{\"error\":{\"desc\":\"bad request: cannot parse JSON\"}}", readToEnd(client));
        }
    }

    @Test
    void shouldTakeTheLongestRequestAndRefuseALongerOne() throws IOException {
        try (SocketChannel client = connect()) {
            write(client, " ".repeat(4095 - LIST.length()) + LIST);
            assertEquals(EMPTY_LIST, readToEnd(client));
        }
        try (SocketChannel client = connect()) {
            write(client, " ".repeat(4096 - LIST.length()) + LIST);
            assertEquals("{\"error\":{\"desc\":\"bad request: too large message\"}}", readToEnd(client));
        }
        assertTrue(log.contains("api_handler: too large message (>= 4096 bytes)"));
    }

    @Test
    void shouldLetTheClientOfAMuchTooLongRequestReadTheReply() throws IOException {
        try (SocketChannel client = connect()) {
            write(client, " ".repeat(60_000));
            assertEquals("{\"error\":{\"desc\":\"bad request: too large message\"}}", readToEnd(client));
        }
    }

    @Test
    void shouldGiveUpOnAClientThatSaysNothing() throws IOException {
        try (SocketChannel client = connect()) {
            turn();
            final long start = nowNs;
            assertTrue(server.nextDeadlineNs(nowNs) - nowNs <= TimeUnit.SECONDS.toNanos(5));
            assertEquals("{\"error\":{\"desc\":\"bad request: cannot parse JSON\"}}", readToEnd(client));
            assertTrue(nowNs - start >= TimeUnit.SECONDS.toNanos(5) - TURN_NS, "gave up after " + (nowNs - start));
            assertEquals(ApiServer.NO_DEADLINE_NS, server.nextDeadlineNs(nowNs) - nowNs);
        }
    }

    @Test
    void shouldServeOthersWhileOneIsSlow() throws IOException {
        try (SocketChannel slow = connect();
                SocketChannel quick = connect()) {
            write(slow, "{");
            turn();
            write(quick, LIST);
            assertEquals(EMPTY_LIST, readToEnd(quick));
            write(slow, LIST.substring(1));
            assertEquals(EMPTY_LIST, readToEnd(slow));
        }
    }

    @Test
    void shouldServeMoreClientsThanItHoldsOneAfterTheOther() throws IOException {
        final List<SocketChannel> silent = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            silent.add(connect());
            loop.run(0);
        }
        try (SocketChannel waiting = connect()) {
            write(waiting, LIST);
            turn();
            assertEquals(64, log.size(), "no 65th client is accepted");
            silent.removeFirst().close();
            assertEquals(EMPTY_LIST, readToEnd(waiting));
        }
        for (final SocketChannel client : silent) {
            client.close();
        }
    }

    @Test
    void shouldSendALongListToASlowReader() throws IOException {
        for (int port = 1; port <= 4000; port++) {
            forwards.add(dev.tailrace.netstack.stack.PortForward.Protocol.TCP, 0, 0xffff00000000L, port, 0, 0, port);
        }
        try (SocketChannel client = connect()) {
            write(client, LIST);
            turn();
            turn();
            final String reply = readToEnd(client);
            assertEquals(ApiReply.list(forwards.list()).length(), reply.length());
        }
    }

    @Test
    void shouldEscapeWhatItLogs() throws IOException {
        try (SocketChannel client = connect()) {
            write(client, "\u001b[31m\n\\é");
            readToEnd(client);
        }
        assertEquals("api_handler: got request: \\x1b[31m\\x0a\\\\\\xc3\\xa9", log.getLast());
    }

    @Test
    void shouldSurviveAClientThatIsGone() throws IOException {
        final SocketChannel client = connect();
        write(client, LIST);
        client.close();
        turn();
        turn();
        try (SocketChannel next = connect()) {
            write(next, LIST);
            assertEquals(EMPTY_LIST, readToEnd(next));
        }
    }

    @Test
    void shouldBeForTheOwnerOnlyAndLeaveNoFile() throws IOException {
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
        server.close();
        assertFalse(Files.exists(path));
        server.close();
    }

    @Test
    void shouldServeItsOwnUserAndRoot() throws IOException {
        final List<Integer> asked = new ArrayList<>();
        server.close();
        server = new ApiServer(loop, path.toString(), server.handler(), log::add, asked::add);
        try (SocketChannel client = connect()) {
            write(client, LIST);
            assertEquals(EMPTY_LIST, readToEnd(client));
        }
        assertEquals(List.of((Integer) Files.getAttribute(path, "unix:uid")), asked);
        assertEquals(0, server.refused());
    }

    @Test
    void shouldRefuseAnotherUser() throws IOException {
        server.close();
        server = new ApiServer(loop, path.toString(), server.handler(), log::add, user -> false);
        final String answer = "{\"error\":{\"desc\":\"permission denied: this socket is for its owner and root\"}}";
        for (int number = 1; number <= 2; number++) {
            try (SocketChannel client = connect()) {
                write(client, LIST);
                assertEquals(answer, readToEnd(client));
                assertEquals(number, server.refused());
            }
        }
        final String owner = Files.getAttribute(path, "unix:uid").toString();
        final String line =
                "api_handler: refused process " + ProcessHandle.current().pid() + " of user " + owner
                        + ": only our own user and root may use " + path + " (2 refused so far)";
        assertEquals(line, log.getLast());
    }

    @Test
    void shouldRemoveItsFileFromADirectoryThatIsElsewhereNow() throws IOException {
        final Path before = Files.createDirectory(directory.resolve("before"));
        final Path after = directory.resolve("after");
        final ApiServer moved = new ApiServer(loop, before.resolve("api").toString(), server.handler(), log::add);
        Files.move(before, after);
        assertTrue(Files.exists(after.resolve("api")));
        moved.close();
        assertFalse(Files.exists(after.resolve("api")));
    }

    @Test
    void shouldReplaceAFileLeftBehind() throws IOException {
        final Path stale = Files.createFile(directory.resolve("stale"));
        new ApiServer(loop, stale.toString(), server.handler(), log::add).close();
        assertFalse(Files.exists(stale));
    }

    @Test
    void shouldSayWhereItCannotListen() {
        final String missing = directory.resolve("missing/api").toString();
        final LinuxException e =
                assertThrows(LinuxException.class, () -> new ApiServer(loop, missing, server.handler(), log::add));
        assertEquals("bind " + missing + ": ENOENT (No such file or directory)", e.getMessage());
    }

    private SocketChannel connect() throws IOException {
        final SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX);
        client.connect(UnixDomainSocketAddress.of(path));
        client.configureBlocking(false);
        return client;
    }

    private static void write(final SocketChannel client, final String text) throws IOException {
        final ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        client.write(bytes);
        assertFalse(bytes.hasRemaining());
    }

    private String readToEnd(final SocketChannel client) throws IOException {
        final StringBuilder text = new StringBuilder();
        final ByteBuffer bytes = ByteBuffer.allocate(4096);
        for (int count = client.read(bytes); count >= 0; count = client.read(bytes)) {
            if (count == 0) {
                turn();
            }
            text.append(new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8));
            bytes.clear();
        }
        return text.toString();
    }

    private void turn() {
        loop.run(TimeUnit.MILLISECONDS.toNanos(1));
        nowNs += TURN_NS;
        server.doWork(nowNs);
    }
}
