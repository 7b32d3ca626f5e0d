/// What a deadline costs the stack.
@NullMarked
package dev.tailrace.bench.timer;

import org.jspecify.annotations.NullMarked;
