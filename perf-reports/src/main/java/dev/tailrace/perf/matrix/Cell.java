package dev.tailrace.perf.matrix;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// One point of the matrix.
///
/// @param direction of the bulk of the bytes; for [Protocol#RR] and [Protocol#CRR], which have none, UP
/// @param mtu of the guest's interface, in bytes
/// @param streams that run at the same time
/// @param lengthBytes payload of each datagram of [Protocol#UDP], and then their number is what is measured; 0 for
/// as large as fits
/// @param beside direction of the TCP stream that runs beside round trips all the time, if one does
/// @param operation of [Protocol#RUNTIME], and only of it
public record Cell(
        Protocol protocol,
        TrafficPath path,
        Direction direction,
        int mtu,
        int streams,
        int lengthBytes,
        Optional<Direction> beside,
        Optional<Operation> operation) {
    public static final int MIN_MTU = 576;

    /// The largest that a TAP takes with slirp4netns.
    public static final int MAX_MTU = 65521;

    public static final int MAX_STREAMS = 16;

    /// iperf3 writes time and number into each datagram.
    public static final int MIN_LENGTH = 16;

    /// Of IPv4 (RFC 791) and UDP (RFC 768), without options.
    public static final int IP_AND_UDP_BYTES = 28;

    /// The most that UDP over IPv4 carries in one datagram.
    public static final int MAX_DATAGRAM_BYTES = 65_535 - IP_AND_UDP_BYTES;

    private static final String FORM = "PROTOCOL/PATH/DIRECTION/mtuN/xN, as tcp/c2h/up/mtu1500/x1, with /lenN for"
            + " datagrams of udp; or rr/c2h/mtu1500/x1, with /bulk-up or /bulk-down for a stream beside it; or"
            + " runtime/OPERATION";
    private static final String SEPARATOR = "/";

    /// Of containers that carry nothing.
    private static final int USUAL_MTU = 1500;

    private static final String MTU_PREFIX = "mtu";
    private static final String STREAMS_PREFIX = "x";
    private static final String LENGTH_PREFIX = "len";
    private static final String BESIDE_PREFIX = "bulk-";
    private static final int PARTS_OF_BULK = 5;

    /// With datagrams as large as fit, and nothing beside.
    public Cell(
            final Protocol protocol,
            final TrafficPath path,
            final Direction direction,
            final int mtu,
            final int streams) {
        this(protocol, path, direction, mtu, streams, 0, Optional.empty(), Optional.empty());
    }

    /// Without traffic.
    public Cell(final Operation operation) {
        this(
                Protocol.RUNTIME,
                TrafficPath.NONE,
                Direction.UP,
                USUAL_MTU,
                1,
                0,
                Optional.empty(),
                Optional.of(operation));
    }

    public Cell {
        if (mtu < MIN_MTU || mtu > MAX_MTU) {
            throw new IllegalArgumentException("MTU %d is not from %d to %d".formatted(mtu, MIN_MTU, MAX_MTU));
        }
        final int most = beside.isPresent() ? MAX_STREAMS - 1 : MAX_STREAMS;
        if (streams < 1 || streams > most) {
            throw new IllegalArgumentException("%d streams are not from 1 to %d".formatted(streams, most));
        }
        if (lengthBytes != 0) {
            requireLength(protocol, mtu, lengthBytes);
        }
        if (operation.isPresent() != (protocol == Protocol.RUNTIME)
                || operation.isPresent() != (path == TrafficPath.NONE)) {
            throw new IllegalArgumentException("operations, and nothing else, are cells of runtime");
        }
        if (beside.isPresent() && protocol.isBulk()) {
            throw new IllegalArgumentException("a stream runs beside rr and crr only, not beside " + protocol.label());
        }
    }

    private static void requireLength(final Protocol protocol, final int mtu, final int lengthBytes) {
        final int most = Math.min(mtu - IP_AND_UDP_BYTES, MAX_DATAGRAM_BYTES);
        if (protocol != Protocol.UDP) {
            throw new IllegalArgumentException("the datagrams of udp have a length, not " + protocol.label());
        }
        if (lengthBytes < MIN_LENGTH || lengthBytes > most) {
            throw new IllegalArgumentException(
                    "a length of %d is not from %d to %d".formatted(lengthBytes, MIN_LENGTH, most));
        }
    }

    /// The name in files and reports: `tcp/c2h/up/mtu1500/x1`, `udp/c2h/up/mtu1500/x1/len64`, `rr/c2h/mtu1500/x1`,
    /// `rr/c2h/mtu1500/x1/bulk-up`.
    public String id() {
        if (operation.isPresent()) {
            return protocol.label() + SEPARATOR + operation.get().label();
        }
        final List<String> parts = new ArrayList<>(List.of(protocol.label(), path.label()));
        if (protocol.isBulk()) {
            parts.add(direction.label());
        }
        parts.addAll(List.of(MTU_PREFIX + mtu, STREAMS_PREFIX + streams));
        if (lengthBytes != 0) {
            parts.add(LENGTH_PREFIX + lengthBytes);
        }
        beside.ifPresent(way -> parts.add(BESIDE_PREFIX + way.label()));
        return String.join(SEPARATOR, parts);
    }

    /// Reads an id.
    ///
    /// @throws IllegalArgumentException with one line that says what is wrong
    public static Cell parse(final String id) {
        final List<String> parts = new ArrayList<>(Arrays.asList(id.split(SEPARATOR, -1)));
        final Protocol protocol = find(id, Protocol.values(), Protocol::label, parts.getFirst());
        if (protocol == Protocol.RUNTIME) {
            return operation(id);
        }
        if (!protocol.isBulk() && parts.size() >= PARTS_OF_BULK - 1) {
            parts.add(2, Direction.UP.label());
        }
        if (parts.size() < PARTS_OF_BULK || parts.size() > PARTS_OF_BULK + 1) {
            throw new IllegalArgumentException("cell '%s' is not of the form %s".formatted(id, FORM));
        }
        final String last = parts.size() > PARTS_OF_BULK ? parts.getLast() : "";
        final boolean isBeside = last.startsWith(BESIDE_PREFIX);
        return new Cell(
                protocol,
                find(id, TrafficPath.values(), TrafficPath::label, parts.get(1)),
                find(id, Direction.values(), Direction::label, parts.get(2)),
                number(id, MTU_PREFIX, parts.get(3)),
                number(id, STREAMS_PREFIX, parts.get(4)),
                last.isEmpty() || isBeside ? 0 : length(id, last),
                isBeside ? Optional.of(beside(id, last)) : Optional.empty(),
                Optional.empty());
    }

    private static Cell operation(final String id) {
        final String label = id.substring(id.indexOf('/') + 1);
        return new Cell(Operation.ofLabel(label)
                .orElseThrow(() -> new IllegalArgumentException("cell '%s': '%s' is not one of %s"
                        .formatted(
                                id,
                                label,
                                Arrays.stream(Operation.values())
                                        .map(Operation::label)
                                        .toList()))));
    }

    private static Direction beside(final String id, final String text) {
        return find(id, Direction.values(), way -> BESIDE_PREFIX + way.label(), text);
    }

    /// No length at all is said by leaving it out.
    private static int length(final String id, final String text) {
        final int length = number(id, LENGTH_PREFIX, text);
        if (length == 0) {
            throw new IllegalArgumentException("a length of 0 is less than " + MIN_LENGTH);
        }
        return length;
    }

    private static <T> T find(final String id, final T[] values, final Function<T, String> label, final String text) {
        for (final T value : values) {
            if (label.apply(value).equals(text)) {
                return value;
            }
        }
        throw new IllegalArgumentException("cell '%s': '%s' is not one of %s"
                .formatted(id, text, Arrays.stream(values).map(label).toList()));
    }

    private static int number(final String id, final String prefix, final String text) {
        if (text.matches(prefix + "[0-9]{1,5}")) {
            return Integer.parseInt(text.substring(prefix.length()));
        }
        throw new IllegalArgumentException(
                "cell '%s': '%s' is not of the form %sN (%s)".formatted(id, text, prefix, FORM));
    }

    @Override
    public String toString() {
        return id();
    }
}
