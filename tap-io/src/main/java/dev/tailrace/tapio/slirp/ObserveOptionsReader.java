package dev.tailrace.tapio.slirp;

import dev.tailrace.tapio.capture.CaptureFilter;
import dev.tailrace.tapio.capture.CaptureRequest;
import dev.tailrace.tapio.capture.FilterException;
import org.jspecify.annotations.Nullable;

/// Reads the options that slirp4netns does not have: the log and captures. Used once.
final class ObserveOptionsReader {
    private static final int MAX_DIGITS = 18;

    private LogLevel logLevel = LogLevel.INFO;
    private @Nullable String path;
    private @Nullable String filter;
    private @Nullable String snapLength;
    private @Nullable String maxBytes;

    void logLevel(final String text) {
        final LogLevel level = LogLevel.parse(text);
        if (level == null) {
            throw OptionException.alone("--log-level has to be error, warn, info or debug, not \"" + text + "\"");
        }
        logLevel = level;
    }

    void path(final String text) {
        path = text;
    }

    void filter(final String text) {
        filter = text;
    }

    void snapLength(final String text) {
        snapLength = text;
    }

    void maxBytes(final String text) {
        maxBytes = text;
    }

    ObserveOptions conclude() {
        if (path == null) {
            if (filter != null || snapLength != null || maxBytes != null) {
                throw OptionException.alone("--pcap-filter, --pcap-snaplen and --pcap-max-bytes need --pcap=FILE");
            }
            return new ObserveOptions(logLevel, null);
        }
        final long snap = snapLength == null
                ? CaptureRequest.MAX_SNAP_LENGTH
                : whole("--pcap-snaplen", snapLength, CaptureRequest.MAX_SNAP_LENGTH);
        final long most = maxBytes == null
                ? CaptureRequest.UNLIMITED
                : whole("--pcap-max-bytes", maxBytes, CaptureRequest.UNLIMITED);
        try {
            final CaptureFilter parsed = filter == null ? CaptureFilter.ALL : CaptureFilter.parse(filter);
            return new ObserveOptions(logLevel, new ObserveOptions.CaptureOptions(path, parsed, (int) snap, most));
        } catch (final FilterException e) {
            throw OptionException.alone("--pcap-filter, " + e.getMessage());
        }
    }

    /// A whole number from 1 up.
    private static long whole(final String option, final String text, final long most) {
        long value = 0;
        boolean isNumber = !text.isEmpty() && text.length() <= MAX_DIGITS;
        for (int i = 0; isNumber && i < text.length(); i++) {
            final int digit = text.charAt(i) - '0';
            isNumber = digit >= 0 && digit <= 9;
            value = value * 10 + digit;
        }
        if (!isNumber || value < 1 || value > most) {
            final String bound = most == CaptureRequest.UNLIMITED ? "from 1 up" : "from 1 to " + most;
            throw OptionException.alone(option + " has to be a whole number " + bound + ", not \"" + text + "\"");
        }
        return value;
    }
}
