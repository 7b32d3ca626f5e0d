package dev.tailrace.runtime.storage.tar;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.runtime.storage.ByteText;
import dev.tailrace.runtime.storage.StorageException;
import dev.tailrace.runtime.storage.tar.TarEntry.Segment;
import dev.tailrace.runtime.storage.tar.TarEntry.Type;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Reads what GNU tar and Commons Compress write, and lets them read what we write.
final class TarFormatsTest {
    private static final String LONG = "directory/".repeat(20) + "name";

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"gnu", "oldgnu", "pax", "posix", "ustar", "v7"})
    void shouldReadWhatGnuTarWrites(final String format) throws Exception {
        Files.createDirectories(directory.resolve("in/d"));
        Files.writeString(directory.resolve("in/d/file"), "content");
        Files.createSymbolicLink(directory.resolve("in/link"), Path.of("d/file"));
        Files.createLink(directory.resolve("in/other"), directory.resolve("in/d/file"));
        if (!format.equals("v7") && !format.equals("ustar")) {
            Files.writeString(directory.resolve("in/" + "n".repeat(150)), "long");
        }
        final List<TarEntry> entries = read(gnuTar("--format=" + format));
        final Map<String, TarEntry> byName = byName(entries);
        assertEquals(Type.DIRECTORY, byName.get("./d/").type());
        assertEquals("d/file", byName.get("./link").linkName());
        assertEquals(1, entries.stream().filter(e -> e.type() == Type.HARD_LINK).count());
        assertEquals(
                7,
                entries.stream()
                        .mapToLong(TarEntry::sizeBytes)
                        .filter(size -> size != 4)
                        .sum());
        if (!format.equals("v7") && !format.equals("ustar")) {
            assertEquals(4, byName.get("./" + "n".repeat(150)).sizeBytes());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--format=oldgnu", "--sparse-version=0.0", "--sparse-version=0.1", "--sparse-version=1.0"})
    void shouldReadSparseFiles(final String option) throws Exception {
        Files.createDirectories(directory.resolve("in"));
        final byte[] data = "x".repeat(4096).getBytes(StandardCharsets.US_ASCII);
        try (RandomAccessFile file =
                new RandomAccessFile(directory.resolve("in/sparse").toFile(), "rw")) {
            for (int i = 1; i <= 30; i++) {
                file.seek(i * 1_000_000L / 4096 * 4096);
                file.write(data);
            }
            file.setLength(40_000_000);
        }
        final byte[] tar =
                option.startsWith("--format") ? gnuTar("--sparse", option) : gnuTar("--sparse", "--format=pax", option);
        assertTrue(tar.length < 400_000, "GNU tar saw no holes");
        final TarEntry entry = byName(read(tar)).get("./sparse");
        assertEquals(40_000_000, entry.sizeBytes());
        assertEquals(
                30,
                entry.segments().stream().filter(s -> s.lengthBytes() == 4096).count());
        assertEquals(1_000_000L / 4096 * 4096, entry.segments().getFirst().offset());
        assertEquals(30 * 4096, entry.storedBytes());
    }

    @Test
    void shouldKeepEveryByteOfNamesAndAttributes() throws IOException {
        final byte[] all = new byte[255];
        for (int i = 0; i < 255; i++) {
            all[i] = (byte) (i + 1);
        }
        final String name = ByteText.of(all, 0, 255).replace("/", "");
        final byte[] value = {0, 1, -1, '\n', '=', 0, -128};
        final TarEntry entry = TarEntry.file(name, 0)
                .withOwner(-2, 3_000_000)
                .withTime(-5, 250_000_000)
                .withXattrs(Map.of("security.capability", value));
        final TarEntry again = read(written(entry)).getFirst();
        assertEquals(name, again.name());
        assertArrayEquals(value, again.xattrs().get("security.capability"));
        assertEquals(-2, again.uid());
        assertEquals(3_000_000, again.gid());
        assertEquals(-5, again.mtimeSeconds());
        assertEquals(250_000_000, again.mtimeNanos());
    }

    @Test
    void shouldWriteWhatCommonsCompressReads() throws IOException {
        final TarEntry entry = TarEntry.of(LONG + "link", Type.SYMBOLIC_LINK, LONG)
                .withOwner(5_000_000, 7)
                .withTime(1_700_000_000, 123_000_000);
        try (TarArchiveInputStream in =
                new TarArchiveInputStream(new ByteArrayInputStream(written(entry)), "ISO-8859-1")) {
            final TarArchiveEntry read = in.getNextEntry();
            assertEquals(LONG + "link", read.getName());
            assertEquals(LONG, read.getLinkName());
            assertEquals(5_000_000, read.getLongUserId());
            assertEquals(1_700_000_000_123L, read.getLastModifiedTime().toMillis());
            assertTrue(read.isSymbolicLink());
            assertNull(in.getNextEntry());
        }
    }

    @Test
    void shouldWriteWhatGnuTarReads() throws Exception {
        final Path tar = directory.resolve("t.tar");
        Files.write(tar, written(TarEntry.file(LONG, 0), TarEntry.of("d/", Type.DIRECTORY, "")));
        final Process process = new ProcessBuilder("tar", "-tf", tar.toString()).start();
        final String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor());
        assertEquals(LONG + "\nd/\n", out);
    }

    @Test
    void shouldReadBigNumbersOfCommonsCompress() throws IOException {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream out = new TarArchiveOutputStream(bytes, "ISO-8859-1")) {
            out.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_STAR);
            out.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
            final TarArchiveEntry entry = new TarArchiveEntry(LONG);
            entry.setUserId(4_000_000_000L);
            entry.setModTime(-86_400_000L);
            out.putArchiveEntry(entry);
            out.closeArchiveEntry();
        }
        final TarEntry entry = read(bytes.toByteArray()).getFirst();
        assertEquals(LONG, entry.name());
        assertEquals(4_000_000_000L, Integer.toUnsignedLong(entry.uid()));
        assertEquals(-86_400, entry.mtimeSeconds());
    }

    @Test
    void shouldHandOnEveryByteThatItDoesNotGiveOut() throws IOException {
        final byte[] tar = written(TarEntry.file(LONG, 0), TarEntry.of("d/", Type.DIRECTORY, ""));
        final byte[] more = Arrays.copyOf(tar, tar.length + 10_240);
        final ByteArrayOutputStream raw = new ByteArrayOutputStream();
        final TarReader reader = new TarReader(new ByteArrayInputStream(more), ArchiveLimits.DEFAULT, raw::write);
        while (reader.next() != null) {
            assertFalse(reader.hasEndMark());
        }
        assertTrue(reader.hasEndMark());
        assertArrayEquals(more, raw.toByteArray());
    }

    /// No change of a byte, and no end too early, does anything but fail with a line or read something.
    @Test
    void shouldSurviveDamage() throws IOException {
        final byte[] tar = written(
                TarEntry.file(LONG, 0).withXattrs(Map.of("user.a", new byte[] {1})), TarEntry.of("d", Type.FIFO, ""));
        final Random random = new Random(7);
        for (int run = 0; run < 20_000; run++) {
            final byte[] damaged = tar.clone();
            for (int i = random.nextInt(3); i >= 0; i--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            fixChecksums(damaged, random);
            try {
                read(Arrays.copyOf(damaged, random.nextInt(damaged.length + 1)));
            } catch (final StorageException e) {
                assertTrue(e.getMessage().startsWith("corrupt archive: ") || e.kind() == StorageException.Kind.LIMIT);
                assertFalse(e.getMessage().contains("\n"), "seed 7, run " + run);
            }
        }
    }

    @Test
    void shouldRefuseSegmentsThatOverlap() {
        final SparseMap map = SparseMap.ofPairs(List.of(0L, 10L, 5L, 10L));
        assertThrows(StorageException.class, () -> map.checked(100, 20));
        assertThrows(
                StorageException.class,
                () -> SparseMap.ofPairs(List.of(0L, 10L)).checked(5, 10));
        assertThrows(
                StorageException.class,
                () -> SparseMap.ofPairs(List.of(Long.MAX_VALUE, 10L)).checked(5, 10));
        assertEquals(
                List.of(new Segment(0, 10)),
                SparseMap.ofPairs(List.of(0L, 10L, 10L, 0L)).checked(10, 10));
    }

    /// Half of the damage shall come past the checksum.
    private static void fixChecksums(final byte[] tar, final Random random) {
        if (random.nextBoolean()) {
            return;
        }
        for (int at = 0; at < tar.length; at += 512) {
            if (tar[at + 257] == 'u') {
                Arrays.fill(tar, at + 148, at + 156, (byte) ' ');
                int sum = 0;
                for (int i = at; i < at + 512; i++) {
                    sum += tar[i] & 0xff;
                }
                final byte[] text = String.format("%06o\0 ", sum).getBytes(StandardCharsets.US_ASCII);
                System.arraycopy(text, 0, tar, at + 148, 8);
            }
        }
    }

    private byte[] gnuTar(final String... options) throws Exception {
        final List<String> command =
                new ArrayList<>(List.of("tar", "-C", directory.resolve("in").toString()));
        command.addAll(List.of(options));
        command.addAll(List.of("-cf", "-", "."));
        final Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        final byte[] tar = process.getInputStream().readAllBytes();
        assertEquals(0, process.waitFor());
        return tar;
    }

    private static byte[] written(final TarEntry... entries) throws IOException {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarWriter writer = new TarWriter(bytes)) {
            for (final TarEntry entry : entries) {
                writer.entry(entry);
            }
        }
        return bytes.toByteArray();
    }

    private static List<TarEntry> read(final byte[] tar) throws IOException {
        final TarReader reader =
                new TarReader(new ByteArrayInputStream(tar), new ArchiveLimits(1 << 26, 1000), RawSink.NONE);
        final List<TarEntry> entries = new ArrayList<>();
        for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
            entries.add(entry);
        }
        return entries;
    }

    private static Map<String, TarEntry> byName(final List<TarEntry> entries) {
        final Map<String, TarEntry> map = new HashMap<>();
        entries.forEach(entry -> map.put(entry.name(), entry));
        return map;
    }
}
