/// One transfer by iperf3: a server, a client, and what the receiver says.
@NullMarked
package dev.tailrace.perf.iperf;

import org.jspecify.annotations.NullMarked;
