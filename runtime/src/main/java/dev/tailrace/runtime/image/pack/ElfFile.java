package dev.tailrace.runtime.image.pack;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a program or library says of the others that it needs (elf(5)). 64 bit, little endian.
///
/// @param machine e_machine: 62 x86-64, 183 aarch64
/// @param interpreter path of its loader (PT_INTERP)
/// @param needed names of libraries (DT_NEEDED)
/// @param runPaths directories to look in (DT_RUNPATH, else DT_RPATH), `$ORIGIN` as it stands
record ElfFile(int machine, Optional<String> interpreter, List<String> needed, List<String> runPaths) {
    private static final int HEADER_BYTES = 64;
    private static final int MAGIC = 0x464c457f;
    private static final int CLASS_64 = 2;
    private static final int LITTLE_ENDIAN = 1;
    private static final int PT_LOAD = 1;
    private static final int PT_DYNAMIC = 2;
    private static final int PT_INTERP = 3;
    private static final int DT_NEEDED = 1;
    private static final int DT_STRTAB = 5;
    private static final int DT_RPATH = 15;
    private static final int DT_RUNPATH = 29;
    private static final int MOST_HEADERS = 1000;
    private static final int MOST_BYTES = 1 << 20;

    private record Segment(int type, long offset, long address, long lengthBytes) {}

    /// @return empty if it is no ELF file of 64 bits
    static Optional<ElfFile> read(final Path path) throws IOException {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
            final ByteBuffer header = bytes(file, 0, HEADER_BYTES);
            if (header.limit() < HEADER_BYTES
                    || header.getInt(0) != MAGIC
                    || header.get(4) != CLASS_64
                    || header.get(5) != LITTLE_ENDIAN) {
                return Optional.empty();
            }
            final List<Segment> segments = segments(file, header);
            final Optional<String> interpreter = interpreter(file, segments);
            final List<String> needed = new ArrayList<>();
            final List<String> runPath = new ArrayList<>();
            final List<String> oldPath = new ArrayList<>();
            for (final Segment segment : segments) {
                if (segment.type() == PT_DYNAMIC) {
                    dynamic(file, segment, segments, needed, runPath, oldPath);
                }
            }
            return Optional.of(new ElfFile(
                    header.getShort(18) & 0xffff, interpreter, needed, runPath.isEmpty() ? oldPath : runPath));
        } catch (final IndexOutOfBoundsException | IllegalArgumentException e) {
            throw new PackException(path + " is a damaged program", e);
        }
    }

    private static List<Segment> segments(final FileChannel file, final ByteBuffer header) throws IOException {
        final long start = header.getLong(32);
        final int size = header.getShort(54) & 0xffff;
        final int count = Math.min(header.getShort(56) & 0xffff, MOST_HEADERS);
        final ByteBuffer table = bytes(file, start, size * count);
        final List<Segment> segments = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            final int at = i * size;
            segments.add(new Segment(
                    table.getInt(at), table.getLong(at + 8), table.getLong(at + 16), table.getLong(at + 32)));
        }
        return segments;
    }

    private static Optional<String> interpreter(final FileChannel file, final List<Segment> segments)
            throws IOException {
        for (final Segment segment : segments) {
            if (segment.type() == PT_INTERP) {
                return Optional.of(text(bytes(file, segment.offset(), segment.lengthBytes()), 0));
            }
        }
        return Optional.empty();
    }

    private static void dynamic(
            final FileChannel file,
            final Segment dynamic,
            final List<Segment> segments,
            final List<String> needed,
            final List<String> runPath,
            final List<String> oldPath)
            throws IOException {
        final ByteBuffer entries = bytes(file, dynamic.offset(), dynamic.lengthBytes());
        long strings = 0;
        for (int at = 0; at + 16 <= entries.limit(); at += 16) {
            if (entries.getLong(at) == DT_STRTAB) {
                strings = offset(segments, entries.getLong(at + 8));
            }
        }
        for (int at = 0; at + 16 <= entries.limit(); at += 16) {
            final long tag = entries.getLong(at);
            if (tag == DT_NEEDED || tag == DT_RUNPATH || tag == DT_RPATH) {
                final String value = text(bytes(file, strings + entries.getLong(at + 8), 4096), 0);
                if (tag == DT_NEEDED) {
                    needed.add(value);
                } else {
                    (tag == DT_RUNPATH ? runPath : oldPath).addAll(List.of(value.split(":")));
                }
            }
        }
    }

    /// Where in the file an address is.
    private static long offset(final List<Segment> segments, final long address) {
        for (final Segment segment : segments) {
            if (segment.type() == PT_LOAD
                    && address >= segment.address()
                    && address < segment.address() + segment.lengthBytes()) {
                return address - segment.address() + segment.offset();
            }
        }
        throw new IllegalArgumentException("an address in no segment");
    }

    /// At most so many: fewer at the end of the file.
    private static ByteBuffer bytes(final FileChannel file, final long offset, final long lengthBytes)
            throws IOException {
        if (offset < 0 || lengthBytes < 0 || lengthBytes > MOST_BYTES) {
            throw new IllegalArgumentException("a table that is too large");
        }
        final ByteBuffer buffer = ByteBuffer.allocate((int) lengthBytes).order(ByteOrder.LITTLE_ENDIAN);
        long at = offset;
        while (buffer.hasRemaining()) {
            final int count = file.read(buffer, at);
            if (count < 0) {
                break;
            }
            at += count;
        }
        return buffer.flip();
    }

    private static String text(final ByteBuffer buffer, final int start) {
        int end = start;
        while (end < buffer.limit() && buffer.get(end) != 0) {
            end++;
        }
        final byte[] bytes = new byte[end - start];
        buffer.get(start, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
