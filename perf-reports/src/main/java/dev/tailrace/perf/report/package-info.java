/// The results for people: [RunPage], [RunSummary], [RunPicture] and [RunText] are pure functions of a
/// judged session, and say the same because all of them ask [Findings]. The rest is the demo's.
@NullMarked
package dev.tailrace.perf.report;

import org.jspecify.annotations.NullMarked;
