package dev.tailrace.runtime.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CompressionTest {
    private static final int SEED = 11;

    @Test
    void shouldPassOnWhatIsNotCompressed() throws IOException {
        for (final int length : new int[] {0, 1, 5, 6, 100_000}) {
            assertArrayEquals(data(length), read(data(length)));
        }
    }

    /// Also by pieces, and from a stream that never has anything available: where `GZIPInputStream` stops.
    @Test
    void shouldReadAllMembersOfGzip() throws IOException {
        final byte[] first = data(100_000);
        final byte[] second = data(70_001);
        final ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.write(gzip(first));
        both.write(gzip(second));
        final ByteArrayOutputStream expected = new ByteArrayOutputStream();
        expected.write(first);
        expected.write(second);
        assertArrayEquals(expected.toByteArray(), read(both.toByteArray()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "-3", "-19"})
    void shouldReadWhatZstdWrites(final String level) throws Exception {
        final byte[] data = data(5_000_000);
        assertArrayEquals(data, read(run(data, "zstd", "-q", "-c", level)));
    }

    @Test
    void shouldReadAllFramesOfZstd() throws Exception {
        final byte[] data = data(300_000);
        final ByteArrayOutputStream frames = new ByteArrayOutputStream();
        frames.write(new byte[] {0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3});
        frames.write(run(data, "zstd", "-q", "-c"));
        frames.write(new byte[] {0x5f, 0x2a, 0x4d, 0x18, 1, 0, 0, 0, 9});
        frames.write(run(data, "zstd", "-q", "-c", "--no-check"));
        final ByteArrayOutputStream expected = new ByteArrayOutputStream();
        expected.write(data);
        expected.write(data);
        assertArrayEquals(expected.toByteArray(), read(frames.toByteArray()));
    }

    @Test
    void shouldSayThatDataIsDamaged() throws Exception {
        final byte[] data = data(200_000);
        for (final byte[] good : new byte[][] {gzip(data), run(data, "zstd", "-q", "-c")}) {
            for (final int length : new int[] {7, 20, good.length / 2, good.length - 1}) {
                assertDamaged(Arrays.copyOf(good, length));
            }
            final byte[] bad = good.clone();
            bad[good.length / 2] ^= 0x55;
            assertDamaged(bad);
        }
    }

    @Test
    void shouldNameWhatItCannotRead() {
        assertTrue(assertThrows(StorageException.class, () -> read(new byte[] {'B', 'Z', 'h', '9', 1, 1}))
                .getMessage()
                .contains("bunzip2"));
    }

    @Test
    void shouldPassOnTheErrorsOfTheStream() throws Exception {
        final byte[] data = data(3_000_000);
        for (final byte[] good : new byte[][] {gzip(data), run(data, "zstd", "-q", "-c")}) {
            final InputStream broken = new FilterInputStream(new ByteArrayInputStream(good)) {
                private int left = 100_000;

                @Override
                public int read(final byte[] target, final int offset, final int length) throws IOException {
                    if (left < 1000) {
                        throw new IOException("the connection was reset");
                    }
                    final int count = in.read(target, offset, Math.min(length, 1000));
                    left -= count;
                    return count;
                }
            };
            final IOException e = assertThrows(
                    IOException.class, () -> Compression.open(broken).readAllBytes());
            assertEquals("the connection was reset", e.getMessage());
        }
    }

    private static void assertDamaged(final byte[] bytes) {
        final StorageException e = assertThrows(StorageException.class, () -> read(bytes));
        assertTrue(e.getMessage().startsWith("corrupt archive: "), e.getMessage());
    }

    private static byte[] read(final byte[] bytes) throws IOException {
        final InputStream slow = new FilterInputStream(new ByteArrayInputStream(bytes)) {
            @Override
            public int available() {
                return 0;
            }

            @Override
            public int read(final byte[] target, final int offset, final int length) throws IOException {
                return in.read(target, offset, Math.min(length, 1000));
            }
        };
        try (InputStream in = Compression.open(slow)) {
            return in.readAllBytes();
        }
    }

    /// Compressible, and not only.
    private static byte[] data(final int length) {
        final Random random = new Random(SEED);
        final byte[] data = new byte[length];
        for (int i = 0; i < length; i++) {
            data[i] = (byte) (i % 7 == 0 ? random.nextInt(256) : i >> 8);
        }
        return data;
    }

    private static byte[] gzip(final byte[] data) throws IOException {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(data);
        }
        return bytes.toByteArray();
    }

    private static byte[] run(final byte[] input, final String... command) throws Exception {
        final Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        final Thread feeder = Thread.ofPlatform().start(() -> {
            try (OutputStream out = process.getOutputStream()) {
                out.write(input);
            } catch (final IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        final byte[] output = process.getInputStream().readAllBytes();
        feeder.join();
        assertEquals(0, process.waitFor());
        return output;
    }
}
