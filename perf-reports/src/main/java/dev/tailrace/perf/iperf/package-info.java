/// What iperf3 says at the end of a transfer.
@NullMarked
package dev.tailrace.perf.iperf;

import org.jspecify.annotations.NullMarked;
