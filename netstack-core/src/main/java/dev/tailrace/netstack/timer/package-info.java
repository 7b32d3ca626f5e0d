/// Deadlines of flows and tables, kept in one intrusive heap.
///
/// Theory of operation. A [dev.tailrace.netstack.timer.Timer] is part of the object it serves. Moving a deadline later
/// costs one store: the heap keeps the old place and looks again when that comes up. Moving it earlier sifts. So a
/// retransmission timer that each ACK pushes out costs nothing, and the queue still knows a bound for the next wake-up,
/// which a timer wheel does not (docs/adr).
@NullMarked
package dev.tailrace.netstack.timer;

import org.jspecify.annotations.NullMarked;
