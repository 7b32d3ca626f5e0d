/// Finding a flow.
@NullMarked
package dev.tailrace.bench.table;

import org.jspecify.annotations.NullMarked;
