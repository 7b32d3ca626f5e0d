/// Keyed hashing for tables whose keys a guest chooses.
@NullMarked
package dev.tailrace.netstack.table;

import org.jspecify.annotations.NullMarked;
