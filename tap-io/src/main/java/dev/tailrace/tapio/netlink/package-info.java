/// Interfaces, addresses and routes of a network namespace, by rtnetlink (rtnetlink(7)).
///
/// Theory of operation. A netlink socket belongs to the namespace it was made in, whoever uses it later: so a child
/// that runs a syscall program makes one in a new namespace, and everything else is said from here, by any thread and
/// without entering anything. Each request is acknowledged before the next is sent. What the kernel says about a
/// refusal beyond its errno (extended acknowledgement) is in the exception.
///
/// ```
///   | length 4 | type 2 | flags 2 | sequence 4 | port 4 | fixed part, as the type has it | attributes |
///   attribute: | length 2 | type 2 | value, padded to 4 |, all in the machine's byte order
/// ```
@NullMarked
package dev.tailrace.tapio.netlink;

import org.jspecify.annotations.NullMarked;
