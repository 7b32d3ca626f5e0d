/// `tailrace net`: what a running slirp4netns of ours carries, asked over its API socket.
///
/// [NetCommand] reads the command line, [ApiSocket] asks, and one class each words the answer: [FlowTable] with
/// [Owners], [StatsText], [CaptureCommand]. Every failure is one line, [NetException].
@NullMarked
package dev.tailrace.runtime.net;

import org.jspecify.annotations.NullMarked;
