/// ICMP echo: the guest's requests leave through datagram ICMP sockets of the host.
///
/// Theory of operation. Each (guest address, identifier) gets one socket; the kernel replaces the identifier by the
/// socket's own and delivers replies by it, and here the guest's comes back. Requests to the gateway and the name
/// server are answered on the spot and never reach the host. Errors about requests (a router on the way, for
/// traceroute) are quoted anew with the guest's identifier. Errors about other packets are made by
/// [dev.tailrace.netstack.ip].
@NullMarked
package dev.tailrace.netstack.icmp;

import org.jspecify.annotations.NullMarked;
