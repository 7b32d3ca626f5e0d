package dev.tailrace.perf.matrix;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/// One point of the matrix.
///
/// @param direction of the bulk of the bytes; for [Protocol#RR] and [Protocol#CRR], which have none, UP
/// @param mtu of the guest's interface, in bytes
/// @param streams that run at the same time
public record Cell(Protocol protocol, TrafficPath path, Direction direction, int mtu, int streams) {
    public static final int MIN_MTU = 576;

    /// The largest that a TAP takes with slirp4netns.
    public static final int MAX_MTU = 65521;

    public static final int MAX_STREAMS = 16;

    private static final String FORM =
            "PROTOCOL/PATH/DIRECTION/mtuN/xN, as tcp/c2h/up/mtu1500/x1, or rr/c2h/mtu1500/x1";
    private static final String MTU_PREFIX = "mtu";
    private static final String STREAMS_PREFIX = "x";
    private static final int PARTS_OF_BULK = 5;

    public Cell {
        if (mtu < MIN_MTU || mtu > MAX_MTU) {
            throw new IllegalArgumentException("MTU %d is not from %d to %d".formatted(mtu, MIN_MTU, MAX_MTU));
        }
        if (streams < 1 || streams > MAX_STREAMS) {
            throw new IllegalArgumentException("%d streams are not from 1 to %d".formatted(streams, MAX_STREAMS));
        }
    }

    /// The name in files and reports: `tcp/c2h/up/mtu1500/x1`, `rr/c2h/mtu1500/x1`.
    public String id() {
        final List<String> parts = new ArrayList<>(List.of(protocol.label(), path.label()));
        if (protocol.isBulk()) {
            parts.add(direction.label());
        }
        parts.addAll(List.of(MTU_PREFIX + mtu, STREAMS_PREFIX + streams));
        return String.join("/", parts);
    }

    /// Reads an id.
    ///
    /// @throws IllegalArgumentException with one line that says what is wrong
    public static Cell parse(final String id) {
        final List<String> parts = new ArrayList<>(Arrays.asList(id.split("/", -1)));
        final Protocol protocol = find(id, Protocol.values(), Protocol::label, parts.getFirst());
        if (!protocol.isBulk() && parts.size() == PARTS_OF_BULK - 1) {
            parts.add(2, Direction.UP.label());
        }
        if (parts.size() != PARTS_OF_BULK) {
            throw new IllegalArgumentException("cell '%s' is not of the form %s".formatted(id, FORM));
        }
        return new Cell(
                protocol,
                find(id, TrafficPath.values(), TrafficPath::label, parts.get(1)),
                find(id, Direction.values(), Direction::label, parts.get(2)),
                number(id, MTU_PREFIX, parts.get(3)),
                number(id, STREAMS_PREFIX, parts.get(4)));
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
