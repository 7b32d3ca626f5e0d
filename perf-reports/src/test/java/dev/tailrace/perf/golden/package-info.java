/// Files that were looked at and found good.
@NullMarked
package dev.tailrace.perf.golden;

import org.jspecify.annotations.NullMarked;
