/// Whole transfers through the stack in virtual time, each with many seeds.
@NullMarked
package dev.tailrace.netstack.sim;

import org.jspecify.annotations.NullMarked;
