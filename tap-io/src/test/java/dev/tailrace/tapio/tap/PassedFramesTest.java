package dev.tailrace.tapio.tap;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.netstack.link.LinkDevice;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class PassedFramesTest {
    private static final int HEADERS = 24;
    private static final int FRAMES = 20_000;

    private final PassedFrames frames = new PassedFrames();
    private final UnsafeBuffer slot = new UnsafeBuffer(new byte[LinkDevice.MAX_FRAME_LENGTH + 8]);

    @Test
    void shouldPutAFrameTogether() {
        final UnsafeBuffer source = new UnsafeBuffer("..headersmiddlepacket..".getBytes(StandardCharsets.US_ASCII));
        assertTrue(frames.offer(3, source, 2, 7, source, 15, 6));
        assertTrue(frames.take(slot, 8));
        assertEquals("headerspacket", slot.getStringWithoutLengthAscii(8, frames.takenLength()));
        assertEquals(3, frames.takenHops());
        assertFalse(frames.take(slot, 8));
    }

    @Test
    void shouldTakeTheLongestFrameAndRefuseWhenFull() {
        final byte[] longest = new byte[LinkDevice.MAX_FRAME_LENGTH];
        Arrays.fill(longest, (byte) 7);
        final UnsafeBuffer source = new UnsafeBuffer(longest);
        int taken = 0;
        while (offer(0, source, longest.length)) {
            taken++;
        }
        assertTrue(taken >= 10, taken + " frames");
        for (int frame = 0; frame < taken; frame++) {
            assertTrue(frames.take(slot, 0));
            assertEquals(longest.length, frames.takenLength());
            assertArrayEquals(longest, Arrays.copyOf(slot.byteArray(), longest.length));
        }
        assertTrue(offer(0, source, longest.length));
    }

    @Test
    void shouldKeepTheOrderBetweenTwoThreads() throws InterruptedException, ExecutionException {
        try (ExecutorService producer = Executors.newSingleThreadExecutor()) {
            final Future<?> producing = producer.submit(() -> {
                final UnsafeBuffer source = new UnsafeBuffer(new byte[2_000]);
                for (int frame = 0; frame < FRAMES; frame++) {
                    source.putInt(HEADERS, frame);
                    final int length = HEADERS + Integer.BYTES + frame % 1_500;
                    while (!offer(0, source, length)) {
                        Thread.onSpinWait();
                    }
                }
            });
            for (int frame = 0; frame < FRAMES; frame++) {
                while (!frames.take(slot, 0)) {
                    Thread.onSpinWait();
                }
                assertEquals(frame, slot.getInt(HEADERS));
                assertEquals(HEADERS + Integer.BYTES + frame % 1_500, frames.takenLength());
            }
            producing.get();
        }
    }

    private boolean offer(final int hops, final UnsafeBuffer source, final int length) {
        return frames.offer(hops, source, 0, HEADERS, source, HEADERS, length - HEADERS);
    }
}
