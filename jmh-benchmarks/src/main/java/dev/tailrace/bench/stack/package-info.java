/// A whole stack between fake ports: a link that hands out frames made once, a host that takes and gives without
/// copying.
@NullMarked
package dev.tailrace.bench.stack;

import org.jspecify.annotations.NullMarked;
