/// Name queries: the virtual name server at +3 stands for the host's first resolver.
///
/// Theory of operation. Queries and answers are passed on as they are: nothing is parsed, cached or rewritten, so
/// EDNS, DNSSEC and record types to come all work. The resolver's address is looked up anew for each new query, because
/// a laptop changes networks while its containers run. Over UDP a query gets a flow of its own kind
/// ([dev.tailrace.netstack.udp.UdpForwarder]) that hears the resolver and nobody else; over TCP the connection is made
/// to the resolver's address. The host's resolver may be a loopback address: queries reach it even where the guest is
/// kept from the host's loopback otherwise.
///
/// A network of containers knows names itself ([dev.tailrace.netstack.dns.LocalNames]). Then queries over UDP are read:
/// one for such a name is answered here, whatever record it asks for, and never goes further; a guest that has no way
/// out is told SERVFAIL for all others. Over TCP, to which clients turn for long answers only, they are not read.
@NullMarked
package dev.tailrace.netstack.dns;

import org.jspecify.annotations.NullMarked;
