/// TCP frames through a whole stack.
@NullMarked
package dev.tailrace.bench.tcp;

import org.jspecify.annotations.NullMarked;
