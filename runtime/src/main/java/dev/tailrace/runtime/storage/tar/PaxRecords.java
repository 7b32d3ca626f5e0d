package dev.tailrace.runtime.storage.tar;

import dev.tailrace.runtime.storage.ByteText;
import dev.tailrace.runtime.storage.StorageException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Extended header records, `LENGTH KEY=VALUE\n` each (POSIX pax, extended header). Values are bytes.
final class PaxRecords {
    static final String XATTR = "SCHILY.xattr.";

    private static final int MOST_LENGTH_DIGITS = 9;

    private final Map<String, byte[]> records = new LinkedHashMap<>();

    /// Of the first sparse format (0.0), whose keys repeat.
    private final List<Long> sparseNumbers = new ArrayList<>();

    void clear() {
        records.clear();
        sparseNumbers.clear();
    }

    void parse(final byte[] data) {
        int at = 0;
        while (at < data.length) {
            final int start = at;
            int length = 0;
            while (at < data.length && data[at] >= '0' && data[at] <= '9' && at - start < MOST_LENGTH_DIGITS) {
                length = length * 10 + data[at++] - '0';
            }
            final int end = start + length;
            if (at == start || at >= data.length || data[at] != ' ' || end > data.length || end <= at + 1) {
                throw malformed();
            }
            record(data, at + 1, end - 1);
            if (data[end - 1] != '\n') {
                throw malformed();
            }
            at = end;
        }
    }

    private void record(final byte[] data, final int from, final int to) {
        int equals = from;
        while (equals < to && data[equals] != '=') {
            equals++;
        }
        if (equals >= to) {
            throw malformed();
        }
        final String key = ByteText.of(data, from, equals - from);
        final byte[] value = new byte[to - equals - 1];
        System.arraycopy(data, equals + 1, value, 0, value.length);
        if (key.equals("GNU.sparse.offset") || key.equals("GNU.sparse.numbytes")) {
            sparseNumbers.add(number(ByteText.of(value, 0, value.length)));
        } else if (value.length == 0 && !key.startsWith(XATTR)) {
            records.remove(key);
        } else {
            records.put(key, value);
        }
    }

    List<Long> sparseNumbers() {
        return sparseNumbers;
    }

    boolean has(final String key) {
        return records.containsKey(key);
    }

    /// A byte string.
    String text(final String key, final String otherwise) {
        final byte[] value = records.get(key);
        if (value == null) {
            return otherwise;
        }
        final String text = ByteText.of(value, 0, value.length);
        if (text.indexOf('\0') >= 0) {
            throw malformed();
        }
        return text;
    }

    long number(final String key, final long otherwise) {
        return records.containsKey(key) ? number(text(key, "")) : otherwise;
    }

    /// Whole decimal numbers between commas.
    List<Long> numbers(final String key) {
        final List<Long> numbers = new ArrayList<>();
        for (final String part : text(key, "").split(",", -1)) {
            numbers.add(number(part));
        }
        return numbers;
    }

    Map<String, byte[]> xattrs() {
        final Map<String, byte[]> xattrs = new LinkedHashMap<>();
        records.forEach((key, value) -> {
            if (key.startsWith(XATTR)) {
                xattrs.put(key.substring(XATTR.length()), value);
            }
        });
        return xattrs;
    }

    /// @return seconds since 1970, rounded down, and nanoseconds
    static long[] time(final String text) {
        final int dot = text.indexOf('.');
        try {
            final long whole = Long.parseLong(dot < 0 ? text : text.substring(0, dot));
            if (dot < 0) {
                return new long[] {whole, 0};
            }
            final String digits = (text.substring(dot + 1) + "000000000").substring(0, 9);
            final long nanos = Long.parseLong(digits);
            if (nanos < 0 || digits.charAt(0) == '+') {
                throw malformed();
            }
            return text.startsWith("-") && nanos != 0
                    ? new long[] {whole - 1, 1_000_000_000 - nanos}
                    : new long[] {whole, nanos};
        } catch (final NumberFormatException _) {
            throw malformed();
        }
    }

    static long number(final String text) {
        try {
            return Long.parseLong(text);
        } catch (final NumberFormatException _) {
            throw malformed();
        }
    }

    /// The bytes of one record; its length counts itself.
    static byte[] record(final String key, final byte[] value) {
        final byte[] name = ByteText.bytes(key);
        final int rest = name.length + value.length + 3;
        int length = rest + Integer.toString(rest).length();
        if (Integer.toString(length).length() != length - rest) {
            length++;
        }
        final byte[] digits = Integer.toString(length).getBytes(StandardCharsets.US_ASCII);
        final byte[] record = new byte[length];
        System.arraycopy(digits, 0, record, 0, digits.length);
        record[digits.length] = ' ';
        System.arraycopy(name, 0, record, digits.length + 1, name.length);
        record[digits.length + 1 + name.length] = '=';
        System.arraycopy(value, 0, record, digits.length + 2 + name.length, value.length);
        record[length - 1] = '\n';
        return record;
    }

    private static StorageException malformed() {
        return TarHeader.corrupt("a malformed extended header");
    }
}
