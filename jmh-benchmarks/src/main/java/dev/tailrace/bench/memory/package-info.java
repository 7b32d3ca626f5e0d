/// Memory for payload that waits.
@NullMarked
package dev.tailrace.bench.memory;

import org.jspecify.annotations.NullMarked;
