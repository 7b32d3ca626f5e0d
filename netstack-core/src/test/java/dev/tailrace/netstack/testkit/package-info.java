/// A world in virtual time around the stack: a link with faults, a guest's TCP that shares no code with ours, hosts
/// that follow a script, and checkers that look after each step.
///
/// Theory of operation. [SimWorld] owns an event heap ordered by (time, sequence). A step runs what is due, drives the
/// stack's duty cycle until it is idle, lets the checkers look and jumps to the next event or the stack's deadline. All
/// chance comes from one seed, so a failure is repeated by `-Dsim.seed=...`; the frames of a failed run are written to
/// `target/sim/<test>-<seed>.pcap`. Nothing here has threads or reads a clock.
@NullMarked
package dev.tailrace.netstack.testkit;

import org.jspecify.annotations.NullMarked;
