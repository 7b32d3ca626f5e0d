/// Neighbour discovery (RFC 4861): the router and the neighbours of an IPv6 link.
///
/// Theory of operation. The guest configures itself: it takes the prefix, the MTU, the default route
/// and the name server from router advertisements (RFC 4862, RFC 8106), which are sent at the start,
/// from time to time, and when asked for. We answer solicitations for our own addresses only, so that a
/// guest probing its own address for duplicates hears nothing, and one that probes for ours is told.
/// Neighbours that speak are learned; an unknown one is asked for from the router's link-local address.
/// Advertisements and redirects of the guest's side make no route.
@NullMarked
package dev.tailrace.netstack.ndp;

import org.jspecify.annotations.NullMarked;
