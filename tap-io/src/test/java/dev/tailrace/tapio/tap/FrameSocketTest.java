package dev.tailrace.tapio.tap;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.netstack.link.FrameChannel;
import dev.tailrace.netstack.status.Counters;
import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Both ends of a socket pair in one thread.
class FrameSocketTest {
    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_SEQPACKET = 5;
    private static final int CAPACITY = 65_549;
    private static final int BULK = 60_000;
    private static final long SEED = 99;

    private final Memory memory = Memory.region(1 << 18);
    private final UnsafeBuffer buffer = memory.buffer();
    private int peer = -1;
    private FrameSocket socket = open(SOCK_SEQPACKET);

    @AfterEach
    void close() {
        socket.close();
        socket.close();
        if (peer >= 0) {
            Fd.close(peer);
        }
        memory.close();
    }

    @Test
    void shouldSendFramesOfThreePieces() {
        for (int i = 0; i < 100; i++) {
            buffer.putByte(i, (byte) i);
        }
        socket.add(buffer, 0, 14, buffer, 20, 3, 30, 5);
        socket.add(buffer, 50, 14, buffer, 0, 0, 0, 0);
        socket.add(buffer, 60, 14, buffer, 0, 0, 90, 2);
        assertEquals(3, socket.flush());
        assertEquals(0, socket.flush());
        assertArrayEquals(
                new byte[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 20, 21, 22, 30, 31, 32, 33, 34}, take());
        assertArrayEquals(new byte[] {50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63}, take());
        assertArrayEquals(new byte[] {60, 61, 62, 63, 64, 65, 66, 67, 68, 69, 70, 71, 72, 73, 90, 91}, take());
    }

    @Test
    void shouldReceiveFramesOfAnyLength() {
        assertEquals(FrameChannel.DRAINED, receive());
        give(14);
        give(0);
        give(CAPACITY);
        give(CAPACITY + 1);
        give(1);
        assertEquals(14, receive());
        assertEquals(0, receive(), "an empty frame is not the end");
        assertEquals(CAPACITY, receive());
        assertEquals(CAPACITY + 1, receive(), "the length of one that did not fit");
        assertEquals(1, receive());
        assertEquals(FrameChannel.DRAINED, receive());
    }

    @Test
    void shouldEndWithThePeer() {
        give(14);
        hangUp();
        assertEquals(14, receive(), "what was sent before");
        assertEquals(FrameChannel.CLOSED, receive());
        assertEquals(0, send(14));
        assertEquals(FrameChannel.CLOSED, receive());
    }

    @Test
    void shouldLearnOfTheEndOfADatagramPeerBySending() {
        socket.close();
        Fd.close(peer);
        socket = open(SOCK_DGRAM);
        assertEquals(1, send(14));
        assertEquals(14, take().length);
        hangUp();
        assertEquals(FrameChannel.DRAINED, receive());
        assertEquals(0, send(14));
        assertEquals(FrameChannel.CLOSED, receive());
    }

    @Test
    void shouldKeepFramesForAPeerThatIsBehind() {
        int held = 0;
        while (!socket.isBusy()) {
            sendNumbered(held++);
        }
        sendNumbered(held++);
        assertTrue(held >= 4, "frames held: " + held);
        for (int i = 0; i < held; i++) {
            assertEquals(i, numberOf(take()));
            socket.drain();
        }
        assertTrue(!socket.isBusy());
        sendNumbered(held);
        assertEquals(held, numberOf(take()));
    }

    @Test
    void shouldLoseFramesOfAPeerThatTakesNoneAndRecover() {
        int held = 0;
        while (send(BULK) == 1) {
            held++;
        }
        assertTrue(held >= FrameQueue.CAPACITY / BULK, "frames held: " + held);
        socket.drain();
        assertEquals(0, send(BULK));
        assertEquals(1, send(100), "a short one has room");
        give(14);
        assertEquals(14, receive(), "the other direction goes on");
        for (int i = 0; i < held; i++) {
            assertEquals(BULK, take().length);
            socket.drain();
        }
        assertEquals(100, take().length);
        assertEquals(1, send(BULK));
        assertEquals(BULK, take().length);
    }

    @Test
    void shouldForgetWhatWaitsForAPeerThatIsGone() {
        while (send(BULK) == 1) {}
        hangUp();
        socket.drain();
        assertTrue(!socket.isBusy());
        assertEquals(0, send(BULK));
        assertEquals(FrameChannel.CLOSED, receive());
    }

    /// A queue that moves its frames to the front keeps them.
    @Test
    void shouldKeepFramesInOrderWhateverTheirLengths() {
        final SplittableRandom random = new SplittableRandom(SEED);
        int sent = 0;
        int taken = 0;
        while (taken < 3_000) {
            buffer.putInt(14, sent);
            socket.add(buffer, 0, 18, buffer, 100, random.nextInt(30_000), 200, random.nextInt(30_000));
            sent += socket.flush();
            if (random.nextInt(3) > 0 && taken < sent) {
                assertEquals(taken, numberOf(take()), "seed " + SEED);
                taken++;
                socket.drain();
            }
        }
    }

    @Test
    void shouldNotAllocate() {
        final com.sun.management.ThreadMXBean threads =
                (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
        long allocated = Long.MAX_VALUE;
        for (int round = 0; round < 20 && allocated != 0; round++) {
            final long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 1_000; i++) {
                send(1_500);
                Fd.read(peer, memory.address(), CAPACITY);
                Syscall.call(SyscallNumber.WRITE, peer, memory.address(), 1_500);
                receive();
            }
            allocated = threads.getCurrentThreadAllocatedBytes() - before;
        }
        assertEquals(0, allocated);
    }

    private FrameSocket open(final int type) {
        Syscall.check(Syscall.call(SyscallNumber.SOCKETPAIR, AF_UNIX, type, 0, memory.address()), "socketpair", "");
        peer = buffer.getInt(Integer.BYTES);
        return new FrameSocket(buffer.getInt(0), new Counters());
    }

    private void hangUp() {
        Fd.close(peer);
        peer = -1;
    }

    private int send(final int length) {
        socket.add(buffer, 0, 14, buffer, 14, length - 14, 0, 0);
        return socket.flush();
    }

    private void sendNumbered(final int number) {
        buffer.putInt(14, number);
        assertEquals(1, send(BULK));
    }

    private static int numberOf(final byte[] frame) {
        return new UnsafeBuffer(frame).getInt(14);
    }

    private int receive() {
        return socket.receive(buffer, 0, CAPACITY);
    }

    private void give(final int length) {
        assertEquals(
                length,
                Syscall.call(SyscallNumber.SENDTO, peer, memory.address(), length, 0, 0, 0),
                "bytes of the peer's message");
    }

    private byte[] take() {
        final int length = (int) Syscall.check(Fd.read(peer, memory.address() + (1 << 17), CAPACITY), "read", "peer");
        final byte[] frame = new byte[CAPACITY];
        buffer.getBytes(1 << 17, frame, 0, length);
        return Arrays.copyOf(frame, length);
    }
}
