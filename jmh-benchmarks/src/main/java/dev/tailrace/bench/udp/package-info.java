/// UDP frames through a whole stack.
@NullMarked
package dev.tailrace.bench.udp;

import org.jspecify.annotations.NullMarked;
