/// The DHCP server of the virtual network (RFC 2131, RFC 2132, RFC 951).
///
/// Theory of operation. The server sees UDP datagrams to port 67 and answers each with at most one frame that it writes
/// itself, because a client without an address can be reached by its Ethernet address only. `DhcpMessage` reads,
/// `DhcpLeases` decides, `DhcpReply` writes.
@NullMarked
package dev.tailrace.netstack.dhcp;

import org.jspecify.annotations.NullMarked;
