/// The ways to carry bytes that are compared: each starts, is asked for its processor time and memory, and stops.
@NullMarked
package dev.tailrace.perf.backend;

import org.jspecify.annotations.NullMarked;
