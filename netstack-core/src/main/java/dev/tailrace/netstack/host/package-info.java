/// The ports through which the stack reaches the host: stream, datagram and echo sockets, listeners and the resolver.
///
/// Theory of operation. The stack never blocks and never owns a thread. It calls a port from its duty cycle and is
/// called back by the port's listener from the same thread, between two duty cycles. Readiness is edge-triggered: a
/// listener hears of a change once, and the stack remembers it until a call answers [HostErrno#WOULD_BLOCK].
///
/// Addresses are 128-bit values in two longs, network order read as a number; an IPv4 address is held in its
/// IPv4-mapped IPv6 form (`::ffff:a.b.c.d`, RFC 4291 section 2.5.5.2), see [dev.tailrace.netstack.wire.IpAddress].
///
/// Buffers are off-heap: an implementation may take `buffer.addressOffset() + offset` as a raw address.
@NullMarked
package dev.tailrace.netstack.host;

import org.jspecify.annotations.NullMarked;
