/// UDP: translation between the guest's endpoints and sockets of the host.
///
/// Theory of operation. Each guest endpoint (address and port) that sends gets one unconnected socket of the host. All
/// its datagrams leave there wherever they go, and whatever arrives there goes to the guest with its true source:
/// endpoint-independent mapping and filtering (RFC 4787), which is what peer-to-peer programs need. A query to the
/// virtual name server gets a socket of its own that hears the resolver only. A published port is a bound socket; the
/// guest's answers to its clients leave through it again.
///
/// Addresses are translated in three places and nowhere else: the gateway stands for the host's loopback, the name
/// server for the host's resolver, and a loopback client of a published port appears as the gateway.
///
/// Payload is never copied: a frame's datagrams go from the read area to the socket (a GSO frame in one send), and
/// a message received goes to the device from the socket's buffer. Sends are batched; until the flush the packets
/// stay in the read area, so that a failed one can be quoted in an ICMP error, or sent again datagram by datagram
/// when the route's MTU is too small for the guest's segments.
///
/// Mappings are bounded. When the table is full, or the host is out of descriptors, the one not used for longest goes.
@NullMarked
package dev.tailrace.netstack.udp;

import org.jspecify.annotations.NullMarked;
