package dev.tailrace.runtime.storage.tar;

import dev.tailrace.runtime.storage.ByteText;
import dev.tailrace.runtime.storage.tar.TarEntry.Type;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/// Writes a tar archive: ustar headers, and pax records for what does not fit there. Holes are written as zeros.
///
/// The content of each file follows its entry by [#write], to the byte. Not for several threads.
public final class TarWriter implements AutoCloseable {
    private static final int BLOCK = TarHeader.BLOCK;
    private static final int MOST_NAME = 100;
    private static final int MOST_OCTAL_7 = 0x1f_ffff;
    private static final long MOST_OCTAL_11 = 0x1_ffff_ffffL;

    private final OutputStream out;
    private long missingBytes;
    private int paddingBytes;

    public TarWriter(final OutputStream out) {
        this.out = out;
    }

    /// Begins an entry; its content of `sizeBytes` bytes must follow.
    public void entry(final TarEntry entry) throws IOException {
        finish();
        final byte[] pax = pax(entry);
        if (pax.length > 0) {
            final byte[] header = new byte[BLOCK];
            put(header, 0, "PaxHeaders/entry");
            number(header, 100, 8, 0x1a4);
            number(header, 108, 8, 0);
            number(header, 116, 8, 0);
            number(header, 124, 12, pax.length);
            number(header, 136, 12, 0);
            seal(header, 'x');
            out.write(header);
            out.write(pax);
            out.write(new byte[-pax.length & BLOCK - 1]);
        }
        out.write(header(entry));
        missingBytes = entry.sizeBytes();
        paddingBytes = (int) (-missingBytes & BLOCK - 1);
    }

    public void write(final byte[] data, final int offset, final int lengthBytes) throws IOException {
        if (lengthBytes > missingBytes) {
            throw new IllegalArgumentException("more content than the entry announced");
        }
        out.write(data, offset, lengthBytes);
        missingBytes -= lengthBytes;
    }

    /// Writes zeros, for holes and for files that became shorter while they were read.
    public void writeZeros(final long lengthBytes) throws IOException {
        final byte[] zeros = new byte[(int) Math.min(lengthBytes, 1 << 16)];
        for (long left = lengthBytes; left > 0; left -= zeros.length) {
            write(zeros, 0, (int) Math.min(left, zeros.length));
        }
    }

    /// Ends the archive; the stream stays open.
    @Override
    public void close() throws IOException {
        finish();
        out.write(new byte[2 * BLOCK]);
        out.flush();
    }

    private void finish() throws IOException {
        if (missingBytes > 0) {
            throw new IllegalStateException(missingBytes + " bytes of content are missing");
        }
        out.write(new byte[paddingBytes]);
        paddingBytes = 0;
    }

    private static byte[] header(final TarEntry entry) {
        final byte[] header = new byte[BLOCK];
        put(header, 0, entry.name());
        number(header, 100, 8, entry.mode());
        number(header, 108, 8, fits(Integer.toUnsignedLong(entry.uid()), MOST_OCTAL_7));
        number(header, 116, 8, fits(Integer.toUnsignedLong(entry.gid()), MOST_OCTAL_7));
        number(header, 124, 12, fits(entry.sizeBytes(), MOST_OCTAL_11));
        number(header, 136, 12, fits(entry.mtimeSeconds(), MOST_OCTAL_11));
        put(header, 157, entry.linkName());
        if (entry.type() == Type.CHARACTER_DEVICE || entry.type() == Type.BLOCK_DEVICE) {
            number(header, 329, 8, entry.deviceMajor());
            number(header, 337, 8, entry.deviceMinor());
        }
        seal(header, entry.type().flag());
        return header;
    }

    /// What does not fit stands in the pax records.
    private static long fits(final long value, final long most) {
        return value >= 0 && value <= most ? value : 0;
    }

    private static byte[] pax(final TarEntry entry) {
        final ByteArrayOutputStream pax = new ByteArrayOutputStream();
        if (entry.name().length() > MOST_NAME) {
            pax.writeBytes(PaxRecords.record("path", ByteText.bytes(entry.name())));
        }
        if (entry.linkName().length() > MOST_NAME) {
            pax.writeBytes(PaxRecords.record("linkpath", ByteText.bytes(entry.linkName())));
        }
        decimal(pax, "size", entry.sizeBytes(), MOST_OCTAL_11);
        decimal(pax, "uid", Integer.toUnsignedLong(entry.uid()), MOST_OCTAL_7);
        decimal(pax, "gid", Integer.toUnsignedLong(entry.gid()), MOST_OCTAL_7);
        if (entry.mtimeNanos() != 0 || fits(entry.mtimeSeconds(), MOST_OCTAL_11) != entry.mtimeSeconds()) {
            text(pax, "mtime", time(entry.mtimeSeconds(), entry.mtimeNanos()));
        }
        entry.xattrs().forEach((name, value) -> pax.writeBytes(PaxRecords.record(PaxRecords.XATTR + name, value)));
        return pax.toByteArray();
    }

    private static String time(final long seconds, final int nanos) {
        if (seconds >= 0 || nanos == 0) {
            return nanos == 0 ? Long.toString(seconds) : String.format(Locale.ROOT, "%d.%09d", seconds, nanos);
        }
        return String.format(Locale.ROOT, "-%d.%09d", -(seconds + 1), 1_000_000_000 - nanos);
    }

    private static void decimal(
            final ByteArrayOutputStream pax, final String key, final long value, final long mostInHeader) {
        if (value > mostInHeader) {
            text(pax, key, Long.toString(value));
        }
    }

    private static void text(final ByteArrayOutputStream pax, final String key, final String value) {
        pax.writeBytes(PaxRecords.record(key, value.getBytes(StandardCharsets.US_ASCII)));
    }

    private static void put(final byte[] header, final int offset, final String text) {
        final byte[] bytes = ByteText.bytes(text);
        System.arraycopy(bytes, 0, header, offset, Math.min(bytes.length, MOST_NAME));
    }

    private static void number(final byte[] header, final int offset, final int length, final long value) {
        final String digits = Long.toOctalString(value);
        Arrays.fill(header, offset, offset + length - 1, (byte) '0');
        put(header, offset + length - 1 - digits.length(), digits);
    }

    private static void seal(final byte[] header, final char type) {
        header[156] = (byte) type;
        put(header, TarHeader.MAGIC, "ustar");
        header[TarHeader.MAGIC + 6] = '0';
        header[TarHeader.MAGIC + 7] = '0';
        Arrays.fill(header, TarHeader.CHECKSUM, TarHeader.CHECKSUM + TarHeader.CHECKSUM_LENGTH, (byte) ' ');
        int sum = 0;
        for (final byte b : header) {
            sum += b & 0xff;
        }
        number(header, TarHeader.CHECKSUM, 7, sum);
    }
}
