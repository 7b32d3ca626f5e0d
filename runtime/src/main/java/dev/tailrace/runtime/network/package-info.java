/// The network of containers.
///
/// Theory of operation. All containers of the default network are on one kernel bridge in a network namespace N of the
/// engine, each by a pair of virtual interfaces: what they say to each other never leaves the kernel. N's way out is a
/// TAP with offload, at whose other end our own stack (`netstack-core`, `tap-io`) runs as a loop on a thread of the
/// engine. It takes any source address of the bridge's subnet, so that there is no address translation and no packet
/// filter. A published port is a socket of the host that the same loop carries to the container's address.
@NullMarked
package dev.tailrace.runtime.network;

import org.jspecify.annotations.NullMarked;
