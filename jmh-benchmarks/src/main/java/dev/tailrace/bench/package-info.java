/// The micro-benchmarks. Packages are called as those of the product that they measure; `baseline` measures the
/// machine, and `binding` the ways into the kernel that the product could have taken.
///
/// Every class inherits its settings from [dev.tailrace.bench.BenchmarkDefaults] and builds what it measures by
/// itself. Ports of the stack are served by the fakes in `stack`, which copy and allocate nothing.
///
/// Names that begin as a line of the resource `allocation-free.txt` must allocate 0 B/op. `AllocationTest` measures
/// each of them exactly; the performance reports read the list from the jar and judge what the gc profiler says. That
/// counts what JMH itself allocates too: 5,800 bytes in every iteration (JMH 1.37, JDK 25), however long it is.
@NullMarked
package dev.tailrace.bench;

import org.jspecify.annotations.NullMarked;
