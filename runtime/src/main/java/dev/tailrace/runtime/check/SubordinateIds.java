package dev.tailrace.runtime.check;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A file of subid(5), `/etc/subuid` or `/etc/subgid`: the numbers that users may have besides their own.
final class SubordinateIds {
    /// Below are the numbers that the system gives to people and programs.
    private static final long LOWEST_FREE = 100_000;

    private final List<Range> ranges = new ArrayList<>();
    private final Account account;

    /// Numbers from `first` to `last`.
    record Range(String owner, long first, long last) {
        boolean overlaps(final Range other) {
            return first <= other.last && other.first <= last;
        }

        @Override
        public String toString() {
            return owner + ":" + first + ":" + (last - first + 1);
        }
    }

    /// Lines that are none of this format are ignored, as newuidmap does.
    SubordinateIds(final Path file, final Account account) throws IOException {
        this.account = account;
        for (final String line : TextFile.lines(file)) {
            final String[] fields = line.split(":", -1);
            if (fields.length == 3 && isNumber(fields[1]) && isNumber(fields[2]) && Long.parseLong(fields[2]) > 0) {
                final long first = Long.parseLong(fields[1]);
                ranges.add(new Range(fields[0], first, first + Long.parseLong(fields[2]) - 1));
            }
        }
    }

    /// How many ids the account has, one in two of its ranges counted once.
    long count() {
        long count = 0;
        final List<Range> counted = new ArrayList<>();
        for (final Range range : ranges) {
            if (isOwn(range) && counted.stream().noneMatch(range::overlaps)) {
                counted.add(range);
                count += range.last - range.first + 1;
            }
        }
        return count;
    }

    /// Where a range of the account and another have a number in common, both.
    List<List<Range>> overlaps() {
        final List<List<Range>> pairs = new ArrayList<>();
        for (int one = 0; one < ranges.size(); one++) {
            for (int two = one + 1; two < ranges.size(); two++) {
                final Range first = ranges.get(one);
                final Range second = ranges.get(two);
                if (first.overlaps(second) && (isOwn(first) || isOwn(second))) {
                    pairs.add(List.of(first, second));
                }
            }
        }
        return pairs;
    }

    /// The first number that nobody has, nor any above it.
    long firstFree() {
        long free = LOWEST_FREE;
        for (final Range range : ranges) {
            free = Math.max(free, range.last + 1);
        }
        return free;
    }

    boolean isOwn(final Range range) {
        return range.owner.equals(account.name()) || range.owner.equals(Long.toString(account.uid()));
    }

    private static boolean isNumber(final String text) {
        return text.matches("[0-9]{1,10}");
    }
}
