package dev.tailrace.tapio.slirp.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import dev.tailrace.netstack.ip.VirtualNetwork;
import dev.tailrace.netstack.testkit.TcpBench;
import dev.tailrace.tapio.capture.CaptureFile;
import dev.tailrace.tapio.capture.Captures;
import dev.tailrace.tapio.capture.CapturingLink;
import dev.tailrace.tapio.epoll.EpollLoop;
import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;
import dev.tailrace.tapio.slirp.observe.Observation;
import dev.tailrace.tapio.slirp.observe.Observed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Requests that only look, over a real socket. Client and server share a thread.
@Timeout(30)
class ApiObserveTest {
    private static final int FLOWS = 2_000;

    @TempDir
    Path directory;

    private final TcpBench bench = TcpBench.of("api-observe");
    private final EpollLoop loop = new EpollLoop();
    private final List<String> log = new ArrayList<>();
    private final CapturingLink link = new CapturingLink(bench.sim().link(), System::nanoTime);
    private final Captures captures = new Captures(List.of(link), log::add);
    private ApiServer server;
    private Client client;

    @BeforeEach
    void listen() {
        final String path = directory.resolve("api").toString();
        final VirtualNetwork network = new VirtualNetwork(0x0a000200, 24, 1500, 0, true, true);
        final Observation observation = new Observation(
                Observed.of(bench.sim().stack()),
                captures,
                () -> bench.sim().world().nowNs(),
                () -> "1");
        server =
                new ApiServer(loop, path, new ApiHandler(new FakeForwards(), network, observation, log::add), log::add);
        client = new Client(path);
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
        captures.close();
        loop.close();
    }

    @Test
    void shouldSendALongTableInPiecesToAClientThatReadsSlowly() throws JsonParserException {
        for (int i = 0; i < FLOWS; i++) {
            bench.established();
        }
        client.send("{\"execute\":\"flows\"}", ApiClient.NO_DESCRIPTOR);
        for (int i = 0; i < 5; i++) {
            turn();
        }
        final StringBuilder reply = new StringBuilder();
        int reads = 0;
        while (client.read(reply)) {
            turn();
            reads++;
        }
        assertTrue(reads > 4, reads + " reads");
        assertEquals(
                FLOWS,
                JsonParser.object()
                        .from(reply.toString())
                        .getObject("return")
                        .getArray("flows")
                        .size());
    }

    @Test
    void shouldCaptureToTheClientsDescriptorUntilItHangsUp() throws IOException {
        final Path file = directory.resolve("x.pcap");
        final int fd = CaptureFile.open(file.toString());
        client.send("{\"execute\":\"capture_start\",\"arguments\":{\"file\":\"x\",\"filter\":\"tcp\"}}", fd);
        Fd.close(fd);
        turnUntil(1);
        final StringBuilder reply = new StringBuilder();
        assertTrue(client.read(reply));
        assertEquals("{\"return\":{\"id\":1}}\n", reply.toString());
        turn();
        turn();
        assertEquals(1, captures.running().size(), "an idle client is kept");
        client.hangUp();
        reply.setLength(0);
        while (client.read(reply)) {
            turn();
        }
        assertEquals("{\"return\":{\"id\":1,\"frames\":0,\"bytes\":24,\"dropped\":0}}\n", reply.toString());
        assertEquals(0, captures.running().size());
        assertEquals(24, Files.size(file));
    }

    @Test
    void shouldEndACaptureWhoseClientIsGone() {
        final int fd = CaptureFile.open(directory.resolve("y").toString());
        client.send("{\"execute\":\"capture_start\"}", fd);
        Fd.close(fd);
        turnUntil(1);
        client.close();
        turnUntil(0);
    }

    @Test
    void shouldRefuseACaptureInOneLine() {
        assertEquals(
                error("capture_start: no descriptor came with the request (SCM_RIGHTS)"),
                whole("{\"execute\":\"capture_start\"}", ApiClient.NO_DESCRIPTOR));
        final int unreadable = Fd.open("/dev/null", Fd.O_RDONLY | Fd.O_CLOEXEC);
        assertEquals(
                error("capture_start: the descriptor that came with the request is not open for writing"),
                whole("{\"execute\":\"capture_start\"}", unreadable));
        Fd.close(unreadable);
        assertEquals(
                error("capture_start: bad arguments.filter: column 6: expected a port from 0 to 65535, found x"),
                whole("{\"execute\":\"capture_start\",\"arguments\":{\"filter\":\"port x\"}}", 2));
        assertEquals(
                error("capture_stop: bad arguments.id"),
                whole("{\"execute\":\"capture_stop\",\"arguments\":{\"id\":7}}", ApiClient.NO_DESCRIPTOR));
        assertEquals(
                error("flows: bad arguments.proto"),
                whole("{\"execute\":\"flows\",\"arguments\":{\"proto\":\"sctp\"}}", ApiClient.NO_DESCRIPTOR));
        assertEquals(
                error("flows: bad arguments.addr"),
                whole("{\"execute\":\"flows\",\"arguments\":{\"addr\":\"x\"}}", ApiClient.NO_DESCRIPTOR));
    }

    @Test
    void shouldCloseDescriptorsThatNobodyAskedFor() {
        final long pipe = Fd.pipe2(Fd.O_CLOEXEC | Fd.O_NONBLOCK);
        whole("{\"execute\":\"list_hostfwd\"}", Fd.writeEnd(pipe));
        Fd.close(Fd.writeEnd(pipe));
        try (Memory memory = Memory.region(8)) {
            assertEquals(0, Fd.read(Fd.readEnd(pipe), memory.address(), 1), "the pipe has no writer left");
        }
        Fd.close(Fd.readEnd(pipe));
    }

    private String whole(final String request, final int descriptor) {
        client.reconnect();
        client.send(request, descriptor);
        final StringBuilder reply = new StringBuilder();
        while (client.read(reply)) {
            turn();
        }
        assertFalse(reply.isEmpty());
        return reply.toString();
    }

    /// Returns when so many captures run; the test's own limit ends a wait in vain.
    private void turnUntil(final int running) {
        do {
            turn();
        } while (captures.running().size() != running);
    }

    private void turn() {
        captures.doWork(System.nanoTime());
        server.doWork(System.nanoTime());
        loop.run(1_000_000);
    }

    private static String error(final String reason) {
        return "{\"error\":{\"desc\":\"bad request: " + reason + "\"}}";
    }

    /// A non-blocking client that can send a descriptor.
    private static final class Client {
        private static final int CHUNK = 8192;

        private final String path;
        private final Memory memory = Memory.region(256 + CHUNK);
        private int fd = -1;

        Client(final String path) {
            this.path = path;
            reconnect();
        }

        void reconnect() {
            close();
            fd = (int) Syscall.check(
                    Syscall.call(SyscallNumber.SOCKET, 1, 1 | Fd.O_NONBLOCK | Fd.O_CLOEXEC, 0), "socket", path);
            memory.buffer().setMemory(0, 256, (byte) 0);
            memory.buffer().putShort(0, (short) 1);
            memory.buffer().putBytes(2, path.getBytes(StandardCharsets.UTF_8));
            Syscall.check(
                    Syscall.call(SyscallNumber.CONNECT, fd, memory.address(), 2 + path.length() + 1), "connect", path);
        }

        void send(final String request, final int descriptor) {
            final byte[] bytes = request.getBytes(StandardCharsets.UTF_8);
            memory.buffer().setMemory(0, 256, (byte) 0);
            memory.buffer().putBytes(256, bytes);
            memory.buffer().putLong(64, memory.address() + 256);
            memory.buffer().putLong(72, bytes.length);
            memory.buffer().putLong(16, memory.address() + 64);
            memory.buffer().putLong(24, 1);
            if (descriptor >= 0) {
                memory.buffer().putLong(80, 20);
                memory.buffer().putInt(88, 1);
                memory.buffer().putInt(92, 1);
                memory.buffer().putInt(96, descriptor);
                memory.buffer().putLong(32, memory.address() + 80);
                memory.buffer().putLong(40, 24);
            }
            Syscall.check(Syscall.call(SyscallNumber.SENDMSG, fd, memory.address(), 0), "sendmsg", path);
        }

        void hangUp() {
            Syscall.call(SyscallNumber.SHUTDOWN, fd, 1);
        }

        /// Reads what is there, a little at a time.
        ///
        /// @return false at the end
        boolean read(final StringBuilder into) {
            final long count = Fd.read(fd, memory.address() + 256, CHUNK);
            if (count == -Errno.EAGAIN) {
                return true;
            }
            Syscall.check(count, "read", path);
            final byte[] bytes = new byte[(int) count];
            memory.buffer().getBytes(256, bytes);
            into.append(new String(bytes, StandardCharsets.ISO_8859_1));
            return count > 0;
        }

        void close() {
            if (fd >= 0) {
                Fd.close(fd);
                fd = -1;
            }
        }
    }
}
