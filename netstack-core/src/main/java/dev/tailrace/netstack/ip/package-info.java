/// The internet layer: the virtual network's addresses, packets in, packets out, reassembly and ICMP errors.
///
/// Theory of operation. The stack fills one [dev.tailrace.netstack.ip.IngressPacket] per frame and hands it to the
/// transport's forwarder; it is valid during that call only. Answers leave through
/// [dev.tailrace.netstack.ip.IpEgress], which finds the neighbour, writes the headers and fragments where needed.
@NullMarked
package dev.tailrace.netstack.ip;

import org.jspecify.annotations.NullMarked;
