/// The networks of containers.
///
/// Theory of operation. All containers of a network are on one kernel bridge in a network namespace N of the
/// engine, each by a pair of virtual interfaces: what they say to each other never leaves the kernel. N's way out
/// is a TAP with offload, at whose other end our own stack (`netstack-core`, `tap-io`) runs as a loop on a thread
/// of the engine. It is the gateway itself and takes any source address of the bridge's subnet, so that there is
/// no address translation, no packet filter and no forwarding by the kernel (docs/adr/0021-bridge-gateway.md). A
/// published port is a socket of the host that the same loop carries to the container's address. Each network has
/// an N and a stack of its own, so that nothing has to keep them apart (docs/adr/0026-own-networks.md).
///
/// [dev.tailrace.runtime.network.BridgeNetwork] has the networks, each a `Bridge`: `AddressPool` gives addresses,
/// `BridgeNamespace` does all that is done by rtnetlink, `StackThread` turns the stack and lets others ask for
/// something between two turns, `PortPublisher` is such a request. Clients on the host's loopback may be led by a
/// [dev.tailrace.runtime.relay.LoopbackRelay]. `StackConsole` lets `tailrace net` look into
/// the default network's stack. [dev.tailrace.runtime.network.SubnetPlanner] chooses the addresses of a new
/// network. A container has a [dev.tailrace.runtime.network.Sandbox], into which networks are plugged and which
/// knows the one that leads out; `SpareNamespace` has the namespace of the next one ready. `NameDirectory` says who is
/// called what, and the stacks' name servers ask it.
/// What a container has is undone in the reverse order, its interface last and in the background, as the kernel
/// takes its time for that.
@NullMarked
package dev.tailrace.runtime.network;

import org.jspecify.annotations.NullMarked;
