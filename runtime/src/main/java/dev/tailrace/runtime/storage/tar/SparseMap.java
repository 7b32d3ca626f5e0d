package dev.tailrace.runtime.storage.tar;

import dev.tailrace.runtime.storage.tar.TarEntry.Segment;
import java.util.ArrayList;
import java.util.List;

/// Where the stored parts of a file with holes belong (GNU tar's manual, "Sparse Formats").
final class SparseMap {
    private static final int MOST_SEGMENTS = 1 << 20;

    private final List<Segment> segments = new ArrayList<>();

    void add(final long offset, final long lengthBytes) {
        if (segments.size() == MOST_SEGMENTS) {
            throw TarHeader.corrupt("a sparse file of too many parts");
        }
        segments.add(new Segment(offset, lengthBytes));
    }

    static SparseMap ofPairs(final List<Long> numbers) {
        if (numbers.size() % 2 != 0) {
            throw TarHeader.corrupt("a malformed map of a sparse file");
        }
        final SparseMap map = new SparseMap();
        for (int i = 0; i < numbers.size(); i += 2) {
            map.add(numbers.get(i), numbers.get(i + 1));
        }
        return map;
    }

    /// The segments in order, without empty ones.
    ///
    /// @param sizeBytes of the file
    /// @param storedBytes of it in the archive, which the segments must sum up to
    List<Segment> checked(final long sizeBytes, final long storedBytes) {
        final List<Segment> result = new ArrayList<>();
        long at = 0;
        long sum = 0;
        for (final Segment segment : segments) {
            final long length = segment.lengthBytes();
            if (length < 0 || segment.offset() < at || length > sizeBytes - segment.offset()) {
                throw TarHeader.corrupt("a malformed map of a sparse file");
            }
            at = segment.offset() + length;
            sum += length;
            if (length > 0) {
                result.add(segment);
            }
        }
        if (sum != storedBytes) {
            throw TarHeader.corrupt("a malformed map of a sparse file");
        }
        return result;
    }
}
