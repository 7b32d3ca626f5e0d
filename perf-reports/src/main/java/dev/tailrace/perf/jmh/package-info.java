/// The micro-benchmarks as a program: started, and its JSON read. What they are is in the module `jmh-benchmarks`.
@NullMarked
package dev.tailrace.perf.jmh;

import org.jspecify.annotations.NullMarked;
