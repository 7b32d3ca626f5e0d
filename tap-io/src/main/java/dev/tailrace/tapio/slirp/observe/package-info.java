/// What a running session tells of itself: counters as JSON and in the text format of Prometheus, the
/// table of flows, and a summary once a second for the log.
///
/// All of it is worded on the loop's thread between turns; what can be long is worded in pieces, see [ReplySource].
@NullMarked
package dev.tailrace.tapio.slirp.observe;

import org.jspecify.annotations.NullMarked;
