/// The results for people: [RunPage], [RunSummary], [RunPicture] and [RunText] are pure functions of a
/// judged session, of `bench` or of the demo, and say the same because all of them ask [Findings].
@NullMarked
package dev.tailrace.perf.report;

import org.jspecify.annotations.NullMarked;
