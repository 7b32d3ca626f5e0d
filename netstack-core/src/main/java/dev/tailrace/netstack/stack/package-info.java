/// The duty cycle: frames in, host events, acknowledgements out, timers; and the control plane's entry points.
@NullMarked
package dev.tailrace.netstack.stack;

import org.jspecify.annotations.NullMarked;
