package dev.tailrace.runtime.storage;

import dev.tailrace.runtime.storage.tar.TarEntry;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/// Sparse files in the old format of GNU tar, by hand.
final class SparseTars {
    private SparseTars() {}

    /// A file that is one hole.
    static InputStream old(final TarEntry entry) {
        final byte[] tar = new byte[3 * 512];
        put(tar, 0, entry.name());
        put(tar, 100, "0000644");
        put(tar, 108, "0000000");
        put(tar, 116, "0000000");
        put(tar, 124, "00000000000");
        put(tar, 136, "00000000000");
        tar[156] = 'S';
        put(tar, 257, "ustar  ");
        // The real size, binary as GNU tar writes what has no room in octal.
        tar[483] = (byte) 0x80;
        for (int i = 0; i < 8; i++) {
            tar[494 - i] = (byte) (entry.sizeBytes() >>> 8 * i);
        }
        put(tar, 148, "        ");
        int sum = 0;
        for (int i = 0; i < 512; i++) {
            sum += tar[i] & 0xff;
        }
        put(tar, 148, String.format("%06o\0 ", sum));
        return new ByteArrayInputStream(tar);
    }

    private static void put(final byte[] tar, final int offset, final String text) {
        final byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, tar, offset, bytes.length);
    }
}
