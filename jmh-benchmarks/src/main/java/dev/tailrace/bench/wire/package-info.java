/// Headers in frames, and checksums.
@NullMarked
package dev.tailrace.bench.wire;

import org.jspecify.annotations.NullMarked;
