package dev.tailrace.perf.datagram;

import java.net.InetSocketAddress;

/// What both programs are told: `ADDRESS PORT send|receive BYTES SECONDS TOKEN`.
///
/// @param address to bind or to connect to
/// @param sends whether this end sends; the other one does not then
/// @param datagramBytes payload of each datagram
/// @param lengthNs how long is sent
/// @param token that both of a pair have
record Arguments(InetSocketAddress address, boolean sends, int datagramBytes, long lengthNs, int token) {
    private static final int COUNT = 6;
    private static final long NS_PER_SECOND = 1_000_000_000L;

    static Arguments of(final String program, final String... words) {
        if (words.length != COUNT || !(words[2].equals("send") || words[2].equals("receive"))) {
            throw new IllegalArgumentException(
                    "usage: %s ADDRESS PORT send|receive BYTES SECONDS TOKEN".formatted(program));
        }
        return new Arguments(
                new InetSocketAddress(words[0], Integer.parseInt(words[1])),
                words[2].equals("send"),
                Integer.parseInt(words[3]),
                Integer.parseInt(words[4]) * NS_PER_SECOND,
                Integer.parseInt(words[5]));
    }
}
