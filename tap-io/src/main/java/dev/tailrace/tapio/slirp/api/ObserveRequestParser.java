package dev.tailrace.tapio.slirp.api;

import com.grack.nanojson.JsonObject;
import dev.tailrace.netstack.status.FlowRow.Kind;
import dev.tailrace.netstack.wire.IpAddress;
import dev.tailrace.tapio.capture.CaptureFilter;
import dev.tailrace.tapio.capture.CaptureRequest;
import dev.tailrace.tapio.capture.FilterException;
import dev.tailrace.tapio.slirp.observe.FlowFilter;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Reads the arguments of requests that slirp4netns does not have: flows and captures.
final class ObserveRequestParser {
    private static final int MAX_PORT = 65_535;
    private static final double MAX_SECONDS = 1e9;
    private static final String FLOWS = "flows";
    private static final String CAPTURE = "capture_start";

    private ObserveRequestParser() {}

    /// @throws ApiException with the reason for the client
    static ApiRequest.Flows flows(final JsonObject arguments) {
        final Object port = arguments.get("port");
        final Object state = arguments.get("state");
        if (state != null && !(state instanceof String)) {
            throw ApiRequestParser.badArgument(FLOWS, "state");
        }
        return new ApiRequest.Flows(new FlowFilter(
                kinds(arguments.get("proto")),
                state == null ? "" : FlowFilter.stateName((String) state),
                address(arguments.get("addr")),
                port == null ? 0 : (int) whole(port, 1, MAX_PORT, FLOWS, "port")));
    }

    /// @throws ApiException with the reason for the client
    static ApiRequest.StartCapture capture(final JsonObject arguments) {
        final Object snapLength = arguments.get("snaplen");
        final Object maxBytes = arguments.get("max_bytes");
        final Object name = arguments.get("file");
        final int most = CaptureRequest.MAX_SNAP_LENGTH;
        return new ApiRequest.StartCapture(
                name instanceof final String text ? LogText.escape(text) : "a descriptor",
                filter(arguments.get("filter")),
                snapLength == null ? most : (int) whole(snapLength, 1, most, CAPTURE, "snaplen"),
                maxBytes == null
                        ? CaptureRequest.UNLIMITED
                        : whole(maxBytes, 1, Long.MAX_VALUE / 2, CAPTURE, "max_bytes"),
                durationNs(arguments.get("duration")));
    }

    private static Set<Kind> kinds(final @Nullable Object value) {
        final Set<Kind> kinds = EnumSet.noneOf(Kind.class);
        if (value == null) {
            return kinds;
        }
        if (!(value instanceof final String text)) {
            throw ApiRequestParser.badArgument(FLOWS, "proto");
        }
        for (final String word : text.split(",", -1)) {
            switch (word.toLowerCase(Locale.ROOT)) {
                case "tcp" -> kinds.add(Kind.TCP);
                case "udp" -> kinds.add(Kind.UDP);
                case "icmp" -> kinds.add(Kind.ICMP);
                default -> throw ApiRequestParser.badArgument(FLOWS, "proto");
            }
        }
        return kinds;
    }

    private static FlowFilter.@Nullable Address address(final @Nullable Object value) {
        if (value == null) {
            return null;
        }
        final String text = value instanceof final String string ? string : "";
        final long ipv4 = IpAddress.parseIpv4(text);
        if (ipv4 >= 0) {
            return new FlowFilter.Address(IpAddress.IPV4_HI, IpAddress.ipv4Lo((int) ipv4));
        }
        try {
            if (text.indexOf(':') >= 0 && text.indexOf('%') < 0) {
                final byte[] bytes = InetAddress.ofLiteral(text).getAddress();
                final ByteBuffer buffer = ByteBuffer.wrap(bytes);
                return bytes.length == Integer.BYTES
                        ? new FlowFilter.Address(IpAddress.IPV4_HI, IpAddress.ipv4Lo(buffer.getInt()))
                        : new FlowFilter.Address(buffer.getLong(), buffer.getLong());
            }
        } catch (final IllegalArgumentException e) {
            throw ApiRequestParser.badArgument(FLOWS, "addr");
        }
        throw ApiRequestParser.badArgument(FLOWS, "addr");
    }

    private static CaptureFilter filter(final @Nullable Object value) {
        if (value != null && !(value instanceof String)) {
            throw ApiRequestParser.badArgument(CAPTURE, "filter");
        }
        try {
            return value == null ? CaptureFilter.ALL : CaptureFilter.parse((String) value);
        } catch (final FilterException e) {
            throw new ApiException(CAPTURE + ": bad arguments.filter: " + e.getMessage());
        }
    }

    private static long durationNs(final @Nullable Object value) {
        if (value == null) {
            return CaptureRequest.UNLIMITED;
        }
        final double seconds = value instanceof final Number number ? number.doubleValue() : 0;
        if (!(seconds > 0) || seconds > MAX_SECONDS) {
            throw ApiRequestParser.badArgument(CAPTURE, "duration");
        }
        return (long) (seconds * TimeUnit.SECONDS.toNanos(1));
    }

    private static long whole(
            final Object value, final long least, final long most, final String command, final String name) {
        final double exact = value instanceof final Number number ? number.doubleValue() : Double.NaN;
        if (!(exact >= least && exact <= most) || exact != Math.rint(exact)) {
            throw ApiRequestParser.badArgument(command, name);
        }
        return (long) exact;
    }
}
