/// The ports of `netstack.host` on Linux sockets, driven by Netty's native epoll.
///
/// Theory of operation. [dev.tailrace.tapio.epoll.EpollLoop] is one turn at a time on the caller's thread: it waits for
/// events with a bound, and calls the handler of each descriptor that has one. It knows descriptors only, so the TAP,
/// the control socket and the signal pipe are registered beside the host sockets. Netty does the waiting; the data is
/// moved by system calls of ours on raw addresses, because they need no buffer object and no allocation.
///
/// Sockets are registered once, edge-triggered, for everything that may happen to them, and never changed again: the
/// stack remembers readiness until a call answers EAGAIN. An event that was collected before a descriptor was closed
/// and its number used again does not reach the new owner: a registration hears nothing in the turn it was made in, and
/// what the kernel reports later is its own (ADR 11).
///
/// Structures that the kernel reads and writes are laid out once, outside the heap, and viewed through flyweights.
/// Their integers are in the machine's order unless the name says otherwise; addresses and ports are in network
/// order.
@NullMarked
package dev.tailrace.tapio.epoll;

import org.jspecify.annotations.NullMarked;
