/// Counters of every event and every drop. Drops are counted, never logged.
@NullMarked
package dev.tailrace.netstack.status;

import org.jspecify.annotations.NullMarked;
