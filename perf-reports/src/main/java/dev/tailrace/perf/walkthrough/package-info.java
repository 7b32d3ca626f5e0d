/// The walkthrough of the engine: what `./tailrace demo` does after its checks.
///
/// Theory of operation. `./tailrace demo` starts [dev.tailrace.perf.walkthrough.WalkthroughMain] as
/// root of a user namespace of the account's subordinate ids in which the account is there, too,
/// with networks, mounts and processes of its own. [dev.tailrace.perf.walkthrough.RootlessHost]
/// makes of it the machine of an ordinary user with another host beside; from then on everything is
/// done as that user. [dev.tailrace.perf.walkthrough.EngineRun] is one daemon with one storage
/// driver, and [dev.tailrace.perf.walkthrough.Story] types the commands at a terminal and shows
/// what came. What was measured is kept as JSON for the demo's page. Files are in memory: nothing
/// is left.
@NullMarked
package dev.tailrace.perf.walkthrough;

import org.jspecify.annotations.NullMarked;
