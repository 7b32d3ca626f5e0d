package dev.tailrace.runtime.storage.tar;

import dev.tailrace.runtime.storage.ByteText;
import dev.tailrace.runtime.storage.StorageException;

/// One block of 512 bytes that describes a file (POSIX pax, ustar interchange format; GNU tar's tar.h).
///
/// Fields: name 0-99, mode 100-107, uid 108-115, gid 116-123, size 124-135, mtime 136-147, checksum 148-155, type 156,
/// link 157-256, magic 257-264, owner names 265-328, device 329-344, prefix 345-499.
final class TarHeader {
    static final int BLOCK = 512;
    static final int CHECKSUM = 148;
    static final int CHECKSUM_LENGTH = 8;
    static final int MAGIC = 257;

    private static final int TYPE = 156;
    private static final int PREFIX = 345;
    private static final int PREFIX_LENGTH = 155;
    private static final int BINARY = 0x80;

    private final byte[] block;

    TarHeader(final byte[] block) {
        this.block = block;
    }

    boolean isZero() {
        for (final byte b : block) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    /// Old programs summed signed bytes.
    void check() {
        long unsigned = 0;
        long signed = 0;
        for (int i = 0; i < BLOCK; i++) {
            final byte b = i >= CHECKSUM && i < CHECKSUM + CHECKSUM_LENGTH ? (byte) ' ' : block[i];
            unsigned += b & 0xff;
            signed += b;
        }
        final long stored = number(CHECKSUM, CHECKSUM_LENGTH);
        if (stored != unsigned && stored != signed) {
            throw corrupt("a header has a wrong checksum: this is no tar archive, or it is damaged");
        }
    }

    char type() {
        return (char) (block[TYPE] & 0xff);
    }

    /// The name, with the prefix where the format has one.
    String name() {
        final String name = text(0, 100);
        final boolean isUstar = text(MAGIC, 6).equals("ustar") && block[MAGIC + 5] == 0;
        final String prefix = isUstar ? text(PREFIX, PREFIX_LENGTH) : "";
        return prefix.isEmpty() ? name : prefix + "/" + name;
    }

    String linkName() {
        return text(157, 100);
    }

    int mode() {
        return (int) number(100, 8) & 0xfff;
    }

    long uid() {
        return number(108, 8);
    }

    long gid() {
        return number(116, 8);
    }

    long size() {
        return number(124, 12);
    }

    long mtime() {
        return number(136, 12);
    }

    int deviceMajor() {
        return (int) number(329, 8);
    }

    int deviceMinor() {
        return (int) number(337, 8);
    }

    String text(final int offset, final int length) {
        int end = offset;
        while (end < offset + length && block[end] != 0) {
            end++;
        }
        return ByteText.of(block, offset, end - offset);
    }

    boolean isSet(final int offset) {
        return block[offset] != 0;
    }

    /// Octal digits between blanks, or, by GNU and star, a big-endian binary number behind a set first bit.
    long number(final int offset, final int length) {
        if ((block[offset] & BINARY) != 0) {
            return binary(offset, length);
        }
        int at = offset;
        int end = offset + length;
        while (at < end && (block[at] == ' ' || block[at] == 0)) {
            at++;
        }
        while (end > at && (block[end - 1] == ' ' || block[end - 1] == 0)) {
            end--;
        }
        long value = 0;
        for (; at < end && block[at] != 0 && block[at] != ' '; at++) {
            final int digit = block[at] - '0';
            if (digit < 0 || digit > 7) {
                throw corrupt("a header has a malformed number");
            }
            value = value << 3 | digit;
        }
        return value;
    }

    private long binary(final int offset, final int length) {
        final boolean isNegative = block[offset] == (byte) 0xff;
        long value = isNegative ? -1 : block[offset] & 0x7f;
        for (int at = offset + 1; at < offset + length; at++) {
            final long top = value >> 55;
            if (top != 0 && top != -1) {
                throw corrupt("a header has a number that is too large");
            }
            value = value << 8 | block[at] & 0xff;
        }
        return value;
    }

    static StorageException corrupt(final String what) {
        return new StorageException(StorageException.Kind.CORRUPT, "corrupt archive: " + what);
    }
}
