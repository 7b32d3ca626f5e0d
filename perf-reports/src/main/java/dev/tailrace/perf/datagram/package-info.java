/// Bulk datagrams as an application sends them that knows the kernel's offloads: many at once by UDP_SEGMENT, and
/// many at once received by UDP_GRO (udp(7)). iperf3 3.12 does neither. A server and a client, each a program
/// of its own.
///
/// The client opens the flow with a greeting, repeated until it is answered, since only a guest can open one through
/// a backend. Then one end, the client or the server, sends as fast as its socket takes it for some seconds, and says
/// what it has sent, again and again until the other end reports what it got: datagrams get lost, also these. Rates are
/// those of the receiver, from the first datagram that arrived to the last. Every datagram has the token of its pair
/// of programs in it: what an earlier pair left in a queue on the way is not counted.
@NullMarked
package dev.tailrace.perf.datagram;

import org.jspecify.annotations.NullMarked;
