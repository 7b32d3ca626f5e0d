/// Frames that no kernel would send, through the whole stack: each named test says what becomes of one
/// of them, and a run of a million mutated frames looks that no read leaves its frame, nothing throws,
/// and nothing is left behind.
///
/// Theory of operation. [dev.tailrace.netstack.hostile.HostileWorld] is a stack whose link and memory
/// are filled with a poison that the test chooses: what lies behind a frame in the read area, what a
/// buffer of the stack held before a reply, what a block of memory held before a flow. Two worlds that
/// differ in their poison only must do the same; otherwise a byte was read that nobody had written.
@NullMarked
package dev.tailrace.netstack.hostile;

import org.jspecify.annotations.NullMarked;
