package dev.tailrace.tapio.capture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.tailrace.netstack.link.LinkDevice;
import dev.tailrace.tapio.lab.Await;
import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.LinuxException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class CapturesTest {
    private static final int RECORD_HEADER = 16;
    private static final UnsafeBuffer TCP = TestFrames.ports(6, "10.0.2.100", 40_000, "198.51.100.7", 80);
    private static final UnsafeBuffer ARP = TestFrames.arp("10.0.2.100", "10.0.2.2");

    @TempDir
    Path directory;

    private final FakeLink device = new FakeLink();
    private final CapturingLink link = new CapturingLink(device, System::nanoTime);
    private final List<String> log = new ArrayList<>();
    private final Captures captures = new Captures(List.of(link), log::add);
    private final List<CaptureSummary> ended = new ArrayList<>();

    @AfterEach
    void close() {
        captures.close();
    }

    @Test
    void shouldWriteFramesOfBothDirectionsWithTheirTime() throws IOException {
        final Path file = directory.resolve("a.pcap");
        final Capture capture = start(file, CaptureFilter.ALL, CaptureRequest.MAX_SNAP_LENGTH, Long.MAX_VALUE);
        final long beforeMs = System.currentTimeMillis();
        receive(TCP);
        final UnsafeBuffer payload = new UnsafeBuffer(ByteBuffer.allocateDirect(100));
        payload.setMemory(0, 100, (byte) 7);
        link.transmit(TCP, 0, TCP.capacity(), payload, 90, 10, 0, 20);
        end(capture);
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        final ByteBuffer pcap = read(file);
        assertEquals(0xa1b23c4d, pcap.getInt());
        assertEquals(2, pcap.getShort());
        assertEquals(4, pcap.getShort());
        assertEquals(0, pcap.getLong());
        assertEquals(CaptureRequest.MAX_SNAP_LENGTH, pcap.getInt());
        assertEquals(1, pcap.getInt());
        final long ms = pcap.getInt() * 1000L + pcap.getInt() / 1_000_000;
        assertTrue(ms >= beforeMs - 5 && ms <= System.currentTimeMillis() + 5, ms + " is not now");
        final int length = TCP.capacity() - TestFrames.VNET;
        assertEquals(length, pcap.getInt());
        assertEquals(length, pcap.getInt());
        final byte[] frame = new byte[length];
        pcap.get(frame);
        final byte[] expected = new byte[length];
        TCP.getBytes(TestFrames.VNET, expected);
        assertArrayEquals(expected, frame);
        pcap.getLong();
        assertEquals(length + 30, pcap.getInt());
        assertEquals(length + 30, pcap.getInt());
        assertEquals(length + 30, pcap.remaining());
        assertEquals(7, pcap.get(pcap.limit() - 1));
        assertEquals(List.of(new CaptureSummary(1, file.toString(), "", 2, Files.size(file), 0)), ended);
        assertEquals(2, captures.totalFrames());
    }

    @Test
    void shouldTakeOnlyWhatTheFilterTakesAndCutToTheSnapLength() throws IOException, FilterException {
        final Path file = directory.resolve("b.pcap");
        final Capture capture = start(file, CaptureFilter.parse("tcp"), 20, Long.MAX_VALUE);
        receive(ARP);
        receive(TCP);
        receive(ARP);
        end(capture);
        final ByteBuffer pcap = read(file).position(24 + 8);
        assertEquals(20, pcap.getInt());
        assertEquals(TCP.capacity() - TestFrames.VNET, pcap.getInt());
        assertEquals(20, pcap.remaining());
    }

    @Test
    void shouldEndBeforeTheFileIsTooLong() throws IOException {
        final Path file = directory.resolve("c.pcap");
        final int record = RECORD_HEADER + TCP.capacity() - TestFrames.VNET;
        start(file, CaptureFilter.ALL, CaptureRequest.MAX_SNAP_LENGTH, 24 + 3L * record + 5);
        for (int i = 0; i < 10; i++) {
            receive(TCP);
        }
        awaitEnd();
        assertEquals(24 + 3 * record, Files.size(file));
        assertEquals(3, ended.getFirst().frames());
        assertEquals(List.of(), captures.running());
    }

    @Test
    void shouldEndWhenItsTimeIsUp() {
        final CaptureRequest request = new CaptureRequest(
                CaptureFile.open(directory.resolve("d").toString()), "d", CaptureFilter.ALL, 100, Long.MAX_VALUE, 1000);
        captures.start(request, 50, ended::add);
        captures.doWork(1049);
        assertEquals(1, captures.running().size());
        assertEquals(1, captures.leftNs(1049));
        captures.doWork(1050);
        assertEquals(0, captures.running().size());
    }

    @Test
    void shouldDropAndCountFramesRatherThanWaitForASlowReader() {
        final long pipe = Fd.pipe2(Fd.O_CLOEXEC);
        final CaptureRequest request = new CaptureRequest(
                Fd.writeEnd(pipe),
                "pipe",
                CaptureFilter.ALL,
                CaptureRequest.MAX_SNAP_LENGTH,
                Long.MAX_VALUE,
                Long.MAX_VALUE);
        captures.start(request, 0, ended::add);
        final UnsafeBuffer big = new UnsafeBuffer(ByteBuffer.allocateDirect(65_000));
        big.putBytes(0, TCP, 0, TCP.capacity());
        final int frames = 200;
        for (int i = 0; i < frames; i++) {
            receive(big);
        }
        assertEquals(frames, device.received);
        final CaptureSummary now = captures.running().getFirst();
        assertEquals(frames, now.frames() + now.dropped());
        assertTrue(now.dropped() >= frames - 70 && now.dropped() < frames, now.toString());
        // Nobody reads any more: the capture ends by itself.
        Fd.close(Fd.readEnd(pipe));
        awaitEnd();
        // The pipe may have taken the first.
        assertTrue(ended.getFirst().frames() <= 1, ended.toString());
        assertEquals(frames, ended.getFirst().frames() + ended.getFirst().dropped());
        assertEquals(ended.getFirst().dropped(), captures.totalDropped());
    }

    @Test
    void shouldRefuseAFileThatTakesNothing() {
        final LinuxException full = assertThrows(
                LinuxException.class,
                () -> captures.start(
                        new CaptureRequest(
                                Fd.open("/dev/full", Fd.O_WRONLY), "/dev/full", CaptureFilter.ALL, 100, 1000, 1000),
                        0,
                        ended::add));
        assertTrue(String.valueOf(full.getMessage()).startsWith("write /dev/full: ENOSPC"), full.getMessage());
        assertEquals(List.of(), captures.running());
    }

    @Test
    void shouldAllocateNothingForFramesWithAndWithoutACapture() throws FilterException {
        assertEquals(0, allocatedByFrames());
        start(directory.resolve("e"), CaptureFilter.parse("tcp and host 10.0.2.100"), 100, Long.MAX_VALUE);
        assertEquals(0, allocatedByFrames());
    }

    /// Bytes in the best of some rounds: what the compiler does meanwhile is not ours.
    private long allocatedByFrames() {
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 10; round++) {
            final long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 100; i++) {
                device.next = TCP;
                link.receive(device.area, 64, LinkDevice.MAX_FRAME_LENGTH);
                link.transmit(TCP, 0, TCP.capacity(), TCP, 0, 0, 0, 0);
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }

    @Test
    void shouldBoundTheNumberOfCaptures() {
        for (int i = 0; i < 4; i++) {
            start(directory.resolve("n" + i), CaptureFilter.ALL, 100, Long.MAX_VALUE);
        }
        assertThrows(
                LinuxException.class, () -> start(directory.resolve("more"), CaptureFilter.ALL, 100, Long.MAX_VALUE));
        receive(TCP);
        assertEquals(4, captures.totalFrames());
        assertTrue(captures.end(2));
        assertEquals(3, captures.running().size());
    }

    private Capture start(final Path file, final CaptureFilter filter, final int snap, final long most) {
        final int fd = CaptureFile.open(file.toString());
        return captures.start(
                new CaptureRequest(fd, file.toString(), filter, snap, most, CaptureRequest.UNLIMITED),
                System.nanoTime(),
                ended::add);
    }

    private void receive(final UnsafeBuffer frame) {
        device.next = frame;
        assertEquals(frame.capacity(), link.receive(device.area, 64, LinkDevice.MAX_FRAME_LENGTH));
    }

    private void end(final Capture capture) {
        captures.end(capture);
        awaitEnd();
    }

    private void awaitEnd() {
        Await.until(() -> "end of the capture, " + log, () -> {
            captures.doWork(System.nanoTime());
            return !ended.isEmpty();
        });
    }

    private static ByteBuffer read(final Path file) throws IOException {
        return ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.nativeOrder());
    }

    private static final class FakeLink implements LinkDevice {
        final UnsafeBuffer area = new UnsafeBuffer(ByteBuffer.allocateDirect(MAX_FRAME_LENGTH + 64));
        UnsafeBuffer next = TCP;
        int received;

        @Override
        public int receive(final MutableDirectBuffer buffer, final int offset, final int capacity) {
            buffer.putBytes(offset, next, 0, next.capacity());
            received++;
            return next.capacity();
        }

        @Override
        public boolean transmit(
                final DirectBuffer headers,
                final int headersOffset,
                final int headersLength,
                final DirectBuffer payload,
                final int firstOffset,
                final int firstLength,
                final int secondOffset,
                final int secondLength) {
            return true;
        }

        @Override
        public boolean udpSegmentation() {
            return true;
        }
    }
}
