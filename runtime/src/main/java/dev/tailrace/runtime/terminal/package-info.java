/// What a process has of its user: a terminal and signals.
///
/// Theory of operation. A terminal in raw mode hands each byte on as it is typed, so that the program at
/// the other end of a connection does the echo and knows Ctrl-C. Whoever sets it gives it back, also
/// when a signal ends the process. Signals come as bytes of a pipe (`tapio.linux.Signals`), among them
/// those that a JVM keeps from Java.
@NullMarked
package dev.tailrace.runtime.terminal;

import org.jspecify.annotations.NullMarked;
