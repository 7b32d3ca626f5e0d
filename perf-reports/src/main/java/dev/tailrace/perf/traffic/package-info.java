/// The traffic of a cell: servers and clients are started where the route says, carry bytes or messages
/// for some seconds, and are gone afterwards. Bulk is iperf3's job; round trips are that of
/// `dev.tailrace.perf.rtt`, and datagrams in batches that of `dev.tailrace.perf.datagram`.
@NullMarked
package dev.tailrace.perf.traffic;

import org.jspecify.annotations.NullMarked;
