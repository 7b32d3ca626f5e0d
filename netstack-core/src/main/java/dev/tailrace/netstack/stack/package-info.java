/// The duty cycle: frames in, host events, acknowledgements out, timers; and the control plane's entry points.
///
/// While somebody waits for an answer ([dev.tailrace.netstack.tcp.Interactivity]), the cycle begins with what hosts
/// have
/// answered, frames of bulk stay where they were read until all others have been taken ([ReadArea]), and bulk comes
/// last.
@NullMarked
package dev.tailrace.netstack.stack;

import org.jspecify.annotations.NullMarked;
