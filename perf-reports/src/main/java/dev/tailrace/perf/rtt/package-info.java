/// Round trips: a server that answers a byte with a byte, and a client that asks, each a program of its own.
///
/// The client asks in two ways. First as fast as answers come, which gives transactions per second. Then at a fixed
/// rate, with each answer's time counted from the moment its request was *due*: when one answer stalls, the requests
/// that should have been sent meanwhile count as late too. A client that times only what it really sent would leave
/// out just the bad moments (coordinated omission).
@NullMarked
package dev.tailrace.perf.rtt;

import org.jspecify.annotations.NullMarked;
