package dev.tailrace.runtime.storage.tar;

import dev.tailrace.runtime.storage.ByteText;
import dev.tailrace.runtime.storage.StorageException;
import dev.tailrace.runtime.storage.tar.TarEntry.Segment;
import dev.tailrace.runtime.storage.tar.TarEntry.Type;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the entries of a tar archive one after the other.
///
/// Malformed archives and such as exceed the limits are [StorageException]s. All bytes are consumed once [#next] has
/// answered null, what follows the end mark included. Not for several threads.
public final class TarReader {
    private static final int BLOCK = TarHeader.BLOCK;
    private static final int MOST_EXTENDED_BYTES = 1 << 20;
    private static final int COPY_BYTES = 1 << 16;

    private final InputStream in;
    private final ArchiveLimits limits;
    private final RawSink sink;
    private final byte[] block = new byte[BLOCK];
    private final byte[] copy = new byte[COPY_BYTES];
    private final PaxRecords global = new PaxRecords();
    private final PaxRecords pax = new PaxRecords();

    private long readBytes;
    private long fileBytes;
    private long entries;

    /// Of the current entry, not read yet.
    private long payloadBytes;
    private int paddingBytes;
    private boolean hasEndMark;
    private String current = "";

    private @Nullable String longName;
    private @Nullable String longLink;

    public TarReader(final InputStream in, final ArchiveLimits limits, final RawSink sink) {
        this.in = in;
        this.limits = limits;
        this.sink = sink;
    }

    /// The next entry, or null at the end. What was not read of the last one's content goes to the sink.
    public @Nullable TarEntry next() throws IOException {
        while (true) {
            finish();
            if (!readBlock() || isEndMark()) {
                drain();
                return null;
            }
            final TarHeader header = new TarHeader(block.clone());
            header.check();
            final TarEntry entry = entry(header);
            if (entry != null) {
                pax.clear();
                longName = null;
                longLink = null;
                return entry;
            }
        }
    }

    /// Whether the archive has the mark at its end that tar requires, as opposed to having been cut after an entry.
    public boolean hasEndMark() {
        return hasEndMark;
    }

    /// Reads of the stored content of the current entry; what it answers does not go to the sink.
    ///
    /// @return at least 1, or -1 at the end of the content
    public int read(final byte[] target, final int offset, final int lengthBytes) throws IOException {
        if (payloadBytes == 0) {
            return -1;
        }
        final int count = in.read(target, offset, (int) Math.min(lengthBytes, payloadBytes));
        if (count < 0) {
            throw truncated();
        }
        payloadBytes -= count;
        count(count);
        return count;
    }

    private @Nullable TarEntry entry(final TarHeader header) throws IOException {
        final long size = pax.number("size", global.number("size", header.size()));
        if (size < 0) {
            throw TarHeader.corrupt("an entry of negative size");
        }
        switch (header.type()) {
            case 'x' -> {
                content(size);
                pax.parse(extended());
                return null;
            }
            case 'g' -> {
                content(size);
                global.parse(extended());
                return null;
            }
            case 'L' -> {
                content(size);
                longName = terminated(extended());
                return null;
            }
            case 'K' -> {
                content(size);
                longLink = terminated(extended());
                return null;
            }
            default -> {
                if (++entries > limits.entries()) {
                    throw new StorageException(
                            StorageException.Kind.LIMIT, "the archive has more than " + limits.entries() + " entries");
                }
                return file(header, size);
            }
        }
    }

    private @Nullable TarEntry file(final TarHeader header, final long size) throws IOException {
        String name = longName == null ? header.name() : longName;
        name = pax.text("GNU.sparse.name", pax.text("path", global.text("path", name)));
        current = name;
        final Type type = type(header.type(), name);
        content(type == null || type == Type.FILE ? size : 0);
        if (type == null) {
            return null;
        }
        long realSize = type == Type.FILE ? size : 0;
        List<Segment> segments = realSize == 0 ? List.of() : List.of(new Segment(0, realSize));
        final SparseMap sparse = type == Type.FILE ? sparse(header) : null;
        if (sparse != null) {
            realSize = header.type() == 'S'
                    ? header.number(483, 12)
                    : pax.number("GNU.sparse.realsize", pax.number("GNU.sparse.size", size));
            segments = sparse.checked(realSize, payloadBytes);
        }
        fileBytes += realSize;
        if (realSize < 0 || fileBytes < 0 || fileBytes > limits.bytes()) {
            throw tooLarge();
        }
        final String link = longLink == null ? header.linkName() : longLink;
        final String time = pax.text("mtime", global.text("mtime", ""));
        final long[] mtime = time.isEmpty() ? new long[] {header.mtime(), 0} : PaxRecords.time(time);
        return new TarEntry(
                name,
                type,
                pax.text("linkpath", global.text("linkpath", link)),
                header.mode(),
                id(pax.number("uid", global.number("uid", header.uid()))),
                id(pax.number("gid", global.number("gid", header.gid()))),
                realSize,
                mtime[0],
                (int) mtime[1],
                header.deviceMajor(),
                header.deviceMinor(),
                pax.xattrs(),
                segments);
    }

    /// Null for what is no file, such as the name of a volume. V7 marked directories by a slash.
    private static @Nullable Type type(final char flag, final String name) {
        return switch (flag) {
            case '\0', '0', '7', 'S' -> name.endsWith("/") && flag != 'S' ? Type.DIRECTORY : Type.FILE;
            case '1' -> Type.HARD_LINK;
            case '2' -> Type.SYMBOLIC_LINK;
            case '3' -> Type.CHARACTER_DEVICE;
            case '4' -> Type.BLOCK_DEVICE;
            case '5' -> Type.DIRECTORY;
            case '6' -> Type.FIFO;
            default -> null;
        };
    }

    private @Nullable SparseMap sparse(final TarHeader header) throws IOException {
        if (header.type() == 'S') {
            return oldSparse(header);
        }
        if (pax.text("GNU.sparse.major", "0").equals("1")) {
            return storedSparse();
        }
        if (pax.has("GNU.sparse.map")) {
            return SparseMap.ofPairs(pax.numbers("GNU.sparse.map"));
        }
        return pax.sparseNumbers().isEmpty() ? null : SparseMap.ofPairs(pax.sparseNumbers());
    }

    /// Old GNU: four pairs in the header, then blocks of 21 pairs each.
    private SparseMap oldSparse(final TarHeader header) throws IOException {
        final SparseMap map = new SparseMap();
        addPairs(map, header, 386, 4);
        boolean hasMore = header.isSet(482);
        while (hasMore) {
            if (!readBlock()) {
                throw truncated();
            }
            final TarHeader more = new TarHeader(block.clone());
            addPairs(map, more, 0, 21);
            hasMore = more.isSet(504);
        }
        return map;
    }

    private static void addPairs(final SparseMap map, final TarHeader header, final int start, final int pairs) {
        for (int i = 0; i < pairs; i++) {
            final int at = start + 24 * i;
            if (header.isSet(at) || header.isSet(at + 12)) {
                map.add(header.number(at, 12), header.number(at + 12, 12));
            }
        }
    }

    /// Format 1.0: decimal numbers, a line each, before the content, in whole blocks: their count, then the pairs.
    private SparseMap storedSparse() throws IOException {
        final SparseMap map = new SparseMap();
        final StringBuilder line = new StringBuilder();
        long numbers = -1;
        long offset = -1;
        while (numbers != 0) {
            if (payloadBytes < BLOCK || !readBlock()) {
                throw TarHeader.corrupt("a malformed map of a sparse file");
            }
            payloadBytes -= BLOCK;
            for (int i = 0; i < BLOCK && numbers != 0; i++) {
                if (block[i] != '\n') {
                    line.append((char) (block[i] & 0xff));
                    continue;
                }
                final long value = PaxRecords.number(line.toString());
                line.setLength(0);
                if (numbers < 0) {
                    numbers = Math.multiplyExact(2, Math.min(Math.max(value, 0), Integer.MAX_VALUE));
                } else {
                    if (numbers % 2 == 1) {
                        map.add(offset, value);
                    }
                    offset = value;
                    numbers--;
                }
            }
        }
        return map;
    }

    private static int id(final long id) {
        if (id < 0 || id > 0xffff_fffeL) {
            throw TarHeader.corrupt("an owner that is no user id: " + id);
        }
        return (int) id;
    }

    private static String terminated(final byte[] data) {
        int end = 0;
        while (end < data.length && data[end] != 0) {
            end++;
        }
        return ByteText.of(data, 0, end);
    }

    private void content(final long lengthBytes) {
        payloadBytes = lengthBytes;
        paddingBytes = (int) (-lengthBytes & BLOCK - 1);
    }

    private byte[] extended() throws IOException {
        if (payloadBytes > MOST_EXTENDED_BYTES) {
            throw TarHeader.corrupt("an extended header of " + payloadBytes + " bytes");
        }
        final byte[] data = new byte[(int) payloadBytes];
        readFully(data, data.length);
        sink.raw(data, 0, data.length);
        payloadBytes = 0;
        return data;
    }

    /// Passes what nobody has read of the current entry to the sink.
    private void finish() throws IOException {
        while (payloadBytes > 0) {
            final int count = read(copy, 0, copy.length);
            sink.raw(copy, 0, count);
        }
        if (paddingBytes > 0) {
            readFully(copy, paddingBytes);
            sink.raw(copy, 0, paddingBytes);
            paddingBytes = 0;
        }
    }

    private boolean isEndMark() {
        hasEndMark = new TarHeader(block).isZero();
        return hasEndMark;
    }

    /// What follows the mark is part of what was hashed.
    private void drain() throws IOException {
        while (true) {
            final int count = in.read(copy, 0, copy.length);
            if (count < 0) {
                return;
            }
            count(count);
            sink.raw(copy, 0, count);
        }
    }

    /// Reads a block; false if there is nothing more.
    private boolean readBlock() throws IOException {
        final int count = in.readNBytes(block, 0, BLOCK);
        if (count == 0) {
            return false;
        }
        if (count < BLOCK) {
            throw truncated();
        }
        count(BLOCK);
        sink.raw(block, 0, BLOCK);
        return true;
    }

    private void readFully(final byte[] target, final int lengthBytes) throws IOException {
        if (in.readNBytes(target, 0, lengthBytes) < lengthBytes) {
            throw truncated();
        }
        count(lengthBytes);
    }

    private void count(final int bytes) {
        readBytes += bytes;
        if (readBytes > limits.bytes()) {
            throw tooLarge();
        }
    }

    private StorageException tooLarge() {
        return new StorageException(
                StorageException.Kind.LIMIT, "the archive holds more than " + limits.bytes() + " bytes");
    }

    private StorageException truncated() {
        return TarHeader.corrupt(
                current.isEmpty() ? "it ends too early" : "it ends in the middle of " + ByteText.forMessage(current));
    }
}
