/// The link layer: the port to an Ethernet device that speaks virtio-net headers, ARP, and the neighbours seen.
@NullMarked
package dev.tailrace.netstack.link;

import org.jspecify.annotations.NullMarked;
